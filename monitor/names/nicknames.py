"""Short forms of given names that are usual in French; a nickname with the family name is a weak form.

Written for Vigie from general usage; both directions are tried (Alex for Alexandre, Alexandre for Alex).
"""

from __future__ import annotations

from types import MappingProxyType

from monitor.names.fold import squeeze

_USUAL = """
adelaide ade | adrien adri | alexandra alex sandra | alexandre alex | alexis alex | amandine mandy | anastasia ana
anthony tony | antoine tonio | antoinette toinette | audrey drey | aurelie lilie | baptiste bapt | barbara babs
benedicte bene | benjamin ben benji | bernadette nadette | bertrand bebert | brigitte bri | camille cam cami
caroline caro | catherine cathy cath | celine cece | charlotte charlie lolotte | christelle chris | christian chris
christiane chris | christine chris | christophe chris tof | clementine clem | clement clem | constance coco
corinne coco | daniel dan dany | danielle dany | david dave | delphine del | dominique dom domi | dorothee doro
eleonore leo | elisabeth babeth lisa eli | elodie elo | emeline emi | emmanuel manu | emmanuelle manu | emilie mimi
estelle stella | eugenie nini | fabien fab | fabienne fab | fabrice fab | fatima fati | fernand nanard | florence flo
florent flo | florian flo | francis cisou | francois fanfan | francoise fanfan | frederic fred | frederique fred
gabriel gab gaby | gabrielle gab gaby | genevieve ginette | georges jojo | gerard gege | gilbert gil | gregory greg
guillaume guigui will | helene lenou | henri riri | isabelle isa zaza | jacqueline jackie | jean-baptiste jb
jean-claude jc | jean-francois jeff jf | jean-marc jm | jean-michel jm jean-mi | jean-philippe jp | jean-pierre jp
jennifer jenny jen | jeremie jerem | jeremy jerem | jerome jej | jessica jess | jonathan john jo | josephine jo fifine
julie juju | julien juju ju | juliette juju | justine juju | laetitia laeti titia | laurence lolo | laurent lolo lau
leonard leo | leopold leo | louis loulou | louise loulou | lucie lulu | lucien lulu | ludivine ludi | ludovic ludo
madeleine mado | magali mag | margaux margot | marguerite margot | marie-claude mc | marine marinou | marion manon
martine titine | mathilde math | mathieu math matt | matthieu math matt | maxime max | maximilien max | melanie mel
melissa mel | michael mick mike | michel mich | micheline miche | mickael mick mika | mireille mimi | mohamed momo
monique mo | nathalie nath nat | nathan nat | nicolas nico | nicole nico | oceane oce | odile didi | olivier oli
pascal pasc | pascale pasc | patricia pat patou | patrick pat patou | paulette popo | penelope pene | philippe phil
philomene philo | pierre pierrot | raphael raph raf | raymond ray | rebecca becca becky | robert bob bobby
rodolphe rod
roland rolo | romain rom | roxane roxy | sabrina sab | samuel sam | samantha sam | sandrine sandy | sebastien seb
serge sergio | severine sev | simone momone | solange sol | solene soso | sophie soso so | stephane steph
stephanie steph | suzanne suzie | sylvain syl | sylvie syl | theodore theo | therese tess | thibault tib thib
thomas tom
timothee tim | ulysse uly | valentin val | valentine val | valerie val | vanessa ness nessa | veronique vero
victor vic totor | victoria vic vicky | vincent vince | violette vio | virginie virg gini | vladimir vlad | xavier xav
yannick yann | yasmine yas | yohann yo | yolande yoyo | yvonne vonne | zacharie zach zac
"""


def _table() -> MappingProxyType[str, tuple[str, ...]]:
    table: dict[str, list[str]] = {}
    for group in _USUAL.replace("\n", " | ").split("|"):
        full, *short = (squeeze(word) for word in group.split()) if group.strip() else ("",)
        for nickname in short:
            table.setdefault(full, []).append(nickname)
            table.setdefault(nickname, []).append(full)
    return MappingProxyType({name: tuple(others) for name, others in table.items()})


_NICKNAMES = _table()


def others(given_name: str) -> tuple[str, ...]:
    """The squeezed names under which somebody with this squeezed given name may be known."""
    return _NICKNAMES.get(given_name, ())

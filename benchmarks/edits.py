"""Seeded edits of a photograph as people make them before posting again: 56 known kinds, and kinds held out.

The first 56 have the parameters that were used to choose the method; the held-out ones were never looked at while a
threshold was chosen. Every edit reduces the original to fit 720 x 720 first and gives the bytes of a file.
"""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable, Sequence
from functools import partial
from types import MappingProxyType

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

Picture = Image.Image
Fillers = Sequence[Callable[[], Picture]]
Change = Callable[[Picture, random.Random, Fillers], Picture]

SIDE = 720
_FONT = "DejaVuSans-Bold.ttf"


def edited(original: Picture, name: str, key: str, fillers: Fillers) -> bytes:
    """The file that the edit of that name makes of an original; `key` seeds the chance together with the name."""
    change, form = EVERY[name]
    picture = _within(original.convert("RGB"), SIDE)
    return _written(change(picture, random.Random(f"{key}{name}"), fillers), form)


def _written(picture: Picture, form: str) -> bytes:
    kind, _, quality = form.partition(" ")
    out = io.BytesIO()
    if kind == "GIF":
        picture.quantize(256).save(out, "GIF")
    elif kind == "PNG":
        picture.save(out, "PNG")
    else:
        more = {"speed": 9} if kind == "AVIF" else {}
        picture.convert("RGB").save(out, kind, quality=int(quality), **more)
    return out.getvalue()


def _within(picture: Picture, side: int) -> Picture:
    picture = picture.copy()
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    return picture


def _scaled(picture: Picture, width: float, height: float) -> Picture:
    return picture.resize((max(1, round(width)), max(1, round(height))), Image.Resampling.BICUBIC)


def _jpeg(picture: Picture, quality: int) -> Picture:
    return Image.open(io.BytesIO(_written(picture, f"JPEG {quality}"))).convert("RGB")


def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    try:
        return ImageFont.truetype(_FONT, max(6, int(size)))
    except OSError:
        return ImageFont.load_default(max(6, int(size)))


def _same(picture: Picture) -> Picture:
    return picture


def _resized(share: float, picture: Picture) -> Picture:
    return _scaled(picture, picture.width * share, picture.height * share)


def _resized_to(side: int, picture: Picture) -> Picture:
    return _within(picture, side)


def _stretched(width: int, height: int, picture: Picture) -> Picture:
    return _scaled(picture, width, height)


def _cropped(share: float, picture: Picture, chance: random.Random) -> Picture:
    side = math.sqrt(1 - share)
    width, height = int(picture.width * side), int(picture.height * side)
    left, top = chance.randint(0, picture.width - width), chance.randint(0, picture.height - height)
    return picture.crop((left, top, left + width, top + height))


def _mirrored(picture: Picture) -> Picture:
    return ImageOps.mirror(picture)


def _turned(degrees: float, picture: Picture) -> Picture:
    return picture.rotate(degrees, Image.Resampling.BICUBIC)


def _quarter(picture: Picture) -> Picture:
    return picture.transpose(Image.Transpose.ROTATE_90)


def _turned_and_cut(degrees: float, picture: Picture) -> Picture:
    turned, (width, height) = picture.rotate(degrees, Image.Resampling.BICUBIC), picture.size
    slope = 0.9 * math.tan(math.radians(degrees))
    across, down = min(int(slope * height) + 2, width // 5), min(int(slope * width) + 2, height // 5)
    return turned.crop((across, down, width - across, height - down))


def _bordered(picture: Picture, chance: random.Random) -> Picture:
    return ImageOps.expand(picture, int(0.08 * min(picture.size)), chance.choice(("white", "black", "#c04060")))


def _canvas(aspect: float, size: tuple[int, int]) -> tuple[int, int]:
    width, height = size
    return (width, round(width / aspect)) if width / height > aspect else (round(height * aspect), height)


def _letterboxed(picture: Picture) -> Picture:
    return _centred(picture, Image.new("RGB", _canvas(9 / 16, picture.size)))


def _letterboxed_blurred(picture: Picture) -> Picture:
    size = _canvas(0.8 if picture.width >= picture.height else 1.6, picture.size)
    return _centred(picture, ImageOps.fit(picture, size).filter(ImageFilter.GaussianBlur(20)))


def _centred(picture: Picture, canvas: Picture) -> Picture:
    canvas.paste(picture, ((canvas.width - picture.width) // 2, (canvas.height - picture.height) // 2))
    return canvas


def _written_on(text: str, share: float, picture: Picture, chance: random.Random) -> Picture:
    picture, size = picture.copy(), share * picture.height
    while _font(size).getlength(text) > 0.95 * picture.width and size > 6:
        size *= 0.95
    place = (0.04 * picture.width, chance.uniform(0.1, 0.8) * picture.height)
    ImageDraw.Draw(picture).text(
        place, text, "white", _font(size), stroke_width=max(1, int(size / 15)), stroke_fill="black"
    )
    return picture


def _watermarked(picture: Picture) -> Picture:
    width, height = picture.size
    layer = Image.new("RGBA", (2 * width, 2 * height), (255, 255, 255, 0))
    draw, font = ImageDraw.Draw(layer), _font(0.06 * height)
    for y in np.arange(0, 2 * height, 0.18 * height):
        for x in np.arange(0, 2 * width, 0.45 * width):
            draw.text((x, y), "leakz.example", (255, 255, 255, 110), font)
    turned = layer.rotate(30, Image.Resampling.BICUBIC)
    turned = turned.crop((width // 2, height // 2, width // 2 + width, height // 2 + height))
    return Image.alpha_composite(picture.convert("RGBA"), turned).convert("RGB")


def _stickered(share: float, picture: Picture, chance: random.Random) -> Picture:
    picture = picture.copy()
    radius = math.sqrt(share * picture.width * picture.height / math.pi)
    x = chance.uniform(min(radius, picture.width / 2), max(picture.width - radius, picture.width / 2))
    y = chance.uniform(min(radius, picture.height / 2), max(picture.height - radius, picture.height / 2))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), (255, 204, 50))
    for eye in (-0.35, 0.35):
        draw.ellipse((x + (eye - 0.1) * radius, y - 0.4 * radius, x + (eye + 0.1) * radius, y - 0.1 * radius), "black")
    mouth = (x - 0.5 * radius, y - 0.3 * radius, x + 0.5 * radius, y + 0.6 * radius)
    draw.arc(mouth, 20, 160, "black", max(2, int(radius / 12)))
    return picture


def _censored(picture: Picture, chance: random.Random) -> Picture:
    picture, side = picture.copy(), int(math.sqrt(0.08 * picture.width * picture.height))
    side = min(side, *picture.size)
    left, top = chance.randint(0, picture.width - side), chance.randint(0, picture.height - side)
    square = picture.crop((left, top, left + side, top + side)).resize((8, 8), Image.Resampling.BOX)
    picture.paste(square.resize((side, side), Image.Resampling.NEAREST), (left, top))
    return picture


def _phone(picture: Picture, chance: random.Random) -> Picture:
    dark = chance.random() < 0.5
    ground, ink = ((18, 18, 18), "white") if dark else ((250, 250, 250), "black")
    width, height = picture.size
    canvas = Image.new("RGB", (width, int(height / chance.uniform(0.6, 0.8))), ground)
    top = int(0.4 * (canvas.height - height))
    canvas.paste(picture, (0, top))
    draw, unit = ImageDraw.Draw(canvas), max(10, top // 5)
    draw.text((unit, unit // 2), f"{chance.randint(8, 22)}:{chance.randint(10, 59)}", ink, _font(unit * 0.8))
    draw.ellipse((unit, top - 2 * unit, 2.5 * unit, top - 0.5 * unit), (120, 140, 200))
    draw.text((3 * unit, top - 1.8 * unit), "compte_anonyme", ink, _font(unit * 0.8))
    for place in range(4):
        left = unit + 2 * unit * place
        draw.rectangle((left, top + height + unit // 2, left + unit, top + height + 1.5 * unit), outline=ink, width=2)
    draw.text((unit, top + height + 2 * unit), "Aimé par 214 personnes", ink, _font(unit * 0.8))
    draw.text((unit, top + height + 3.2 * unit), "le lien est dans la bio", ink, _font(unit * 0.8))
    return canvas


def _web(picture: Picture, chance: random.Random) -> Picture:
    spare = math.sqrt(1 / chance.uniform(0.6, 0.8))
    canvas = Image.new("RGB", (int(picture.width * spare), int(picture.height * spare)), (32, 33, 36))
    left, top = (canvas.width - picture.width) // 2, int(0.6 * (canvas.height - picture.height))
    canvas.paste(picture, (left, top))
    draw, bar = ImageDraw.Draw(canvas), max(8, top // 3)
    draw.rounded_rectangle((bar, bar // 2, canvas.width - bar, bar * 1.6), bar // 2, (60, 64, 67))
    draw.text((2 * bar, bar * 0.6), "leakz.example/gallery/214", (200, 200, 200), _font(bar * 0.7))
    return canvas


def _captioned(picture: Picture) -> Picture:
    bar = int(0.17 * picture.height)
    canvas = Image.new("RGB", (picture.width, picture.height + 2 * bar), "white")
    canvas.paste(picture, (0, bar))
    draw, font = ImageDraw.Draw(canvas), _font(min(bar * 0.6, picture.width / 14))
    for y, text in ((bar * 0.2, "QUAND ELLE CROIT QUE"), (picture.height + bar * 1.2, "PERSONNE NE LE SAIT")):
        draw.text((picture.width / 2, y), text, "black", font, anchor="ma")
    return canvas


def _brightness(factor: float, picture: Picture) -> Picture:
    return ImageEnhance.Brightness(picture).enhance(factor)


def _contrast(factor: float, picture: Picture) -> Picture:
    return ImageEnhance.Contrast(picture).enhance(factor)


def _gamma(power: float, picture: Picture) -> Picture:
    return picture.point([round(255 * (level / 255) ** power) for level in range(256)] * 3)


def _grey(picture: Picture) -> Picture:
    return picture.convert("L").convert("RGB")


def _sepia(picture: Picture) -> Picture:
    matrix = (0.393, 0.769, 0.189, 0, 0.349, 0.686, 0.168, 0, 0.272, 0.534, 0.131, 0)
    return picture.convert("RGB", matrix)


def _filtered(picture: Picture) -> Picture:
    picture = ImageEnhance.Color(ImageEnhance.Contrast(picture).enhance(1.25)).enhance(1.5)
    red = [min(255, round(0.9 * level + 25)) for level in range(256)]
    blue = [max(0, round(0.95 * level - 5)) for level in range(256)]
    return picture.point(red + list(range(256)) + blue)


def _hue(picture: Picture) -> Picture:
    hue, saturation, value = picture.convert("HSV").split()
    hue = hue.point([(level + 60) % 256 for level in range(256)])
    return Image.merge("HSV", (hue, saturation, value)).convert("RGB")


def _negative(picture: Picture) -> Picture:
    return ImageChops.invert(picture)


def _blurred(radius: float, picture: Picture) -> Picture:
    return picture.filter(ImageFilter.GaussianBlur(radius))


def _noisy(sigma: float, picture: Picture, chance: random.Random) -> Picture:
    draw = np.random.default_rng(chance.getrandbits(32))
    noise = np.asarray(picture, np.float32) + draw.normal(0, sigma, (*picture.size[::-1], 3))
    return Image.fromarray(np.clip(noise, 0, 255).astype(np.uint8))


def _collage(cells: int, picture: Picture, chance: random.Random, fillers: Fillers) -> Picture:
    canvas, side = Image.new("RGB", (SIDE, SIDE)), SIDE // cells
    chosen = chance.randrange(cells * cells)
    others = iter(chance.sample(range(len(fillers)), cells * cells - 1))
    for cell in range(cells * cells):
        shown = picture if cell == chosen else fillers[next(others)]()
        canvas.paste(ImageOps.fit(shown, (side, side)), ((cell % cells) * side, (cell // cells) * side))
    return canvas


def _inset(share: float, picture: Picture, chance: random.Random, fillers: Fillers) -> Picture:
    canvas = ImageOps.fit(fillers[chance.randrange(len(fillers))](), (SIDE, SIDE))
    scale = math.sqrt(share * SIDE * SIDE / (picture.width * picture.height))
    scale = min(scale, 715 / max(picture.size))
    small = _scaled(picture, picture.width * scale, picture.height * scale)
    canvas.paste(small, (chance.randint(0, SIDE - small.width), chance.randint(0, SIDE - small.height)))
    return canvas


def _undressed(picture: Picture, chance: random.Random, fillers: Fillers) -> Picture:
    width, height = picture.size
    area, aspect = chance.uniform(0.30, 0.45) * width * height, chance.uniform(0.7, 1.3)
    across, down = min(math.sqrt(area * aspect), 0.9 * width), min(math.sqrt(area / aspect), 0.8 * height)
    mask, x, y = Image.new("L", picture.size), width / 2, 0.56 * height
    box = (x - across / 2, y - down / 2, x + across / 2, y + down / 2)
    ImageDraw.Draw(mask).rounded_rectangle(box, 0.3 * min(across, down), 255)
    mask = mask.filter(ImageFilter.GaussianBlur(0.015 * min(picture.size)))
    return Image.composite(ImageOps.fit(fillers[chance.randrange(len(fillers))](), picture.size), picture, mask)


def _patch_on_other(picture: Picture, chance: random.Random, fillers: Fillers) -> Picture:
    side = int(0.4 * min(picture.size))
    left, top = (picture.width - side) // 2, int(0.08 * picture.height)
    canvas = ImageOps.fit(fillers[chance.randrange(len(fillers))](), (SIDE, SIDE))
    across = int(2 * math.sqrt(chance.uniform(0.08, 0.15) * SIDE * SIDE / math.pi))
    disc = Image.new("L", (across, across))
    ImageDraw.Draw(disc).ellipse((4, 4, across - 4, across - 4), 255)
    patch = _scaled(picture.crop((left, top, left + side, top + side)), across, across)
    canvas.paste(patch, ((SIDE - across) // 2, int(0.1 * SIDE)), disc.filter(ImageFilter.GaussianBlur(4)))
    return canvas


def _then(*steps: Change) -> Change:
    def change(picture: Picture, chance: random.Random, fillers: Fillers) -> Picture:
        for step in steps:
            picture = step(picture, chance, fillers)
        return picture

    return change


def _compressed(quality: int, picture: Picture) -> Picture:
    return _jpeg(picture, quality)


def _alone(act: Callable[[Picture], Picture]) -> Change:
    return lambda picture, chance, fillers: act(picture)


def _drawn(act: Callable[[Picture, random.Random], Picture]) -> Change:
    return lambda picture, chance, fillers: act(picture, chance)


KNOWN: MappingProxyType[str, tuple[Change, str]] = MappingProxyType(
    {
        "identity": (_alone(_same), "JPEG 85"),
        "jpeg70": (_alone(_same), "JPEG 70"),
        "jpeg50": (_alone(_same), "JPEG 50"),
        "jpeg30": (_alone(_same), "JPEG 30"),
        "resize50": (_alone(partial(_resized, 0.5)), "JPEG 75"),
        "resize25": (_alone(partial(_resized, 0.25)), "JPEG 75"),
        "resize320": (_alone(partial(_resized_to, 320)), "JPEG 75"),
        "stretch_1:1": (_alone(partial(_stretched, 600, 600)), "JPEG 75"),
        **{
            f"crop{percent}": (_drawn(partial(_cropped, percent / 100)), "JPEG 75")
            for percent in (5, 10, 20, 30, 50, 70)
        },
        "mirror": (_alone(_mirrored), "JPEG 75"),
        "rot90": (_alone(_quarter), "JPEG 75"),
        "rot2_black": (_alone(partial(_turned, 2)), "JPEG 75"),
        "rot5_black": (_alone(partial(_turned, 5)), "JPEG 75"),
        "rot5_cropped": (_alone(partial(_turned_and_cut, 5)), "JPEG 75"),
        "border8": (_drawn(_bordered), "JPEG 75"),
        "letterbox_9:16": (_alone(_letterboxed), "JPEG 75"),
        "letterbox_blurbg": (_alone(_letterboxed_blurred), "JPEG 75"),
        "text": (_drawn(partial(_written_on, "@compte_anonyme", 0.08)), "JPEG 75"),
        "watermark_tiled": (_alone(_watermarked), "JPEG 75"),
        "emoji8": (_drawn(partial(_stickered, 0.08)), "JPEG 75"),
        "emoji20": (_drawn(partial(_stickered, 0.20)), "JPEG 75"),
        "censor8": (_drawn(_censored), "JPEG 75"),
        "screenshot_phone": (_drawn(_phone), "JPEG 75"),
        "screenshot_web": (_drawn(_web), "JPEG 75"),
        "meme_bars": (_alone(_captioned), "JPEG 75"),
        "brighter": (_alone(partial(_brightness, 1.4)), "JPEG 75"),
        "darker": (_alone(partial(_brightness, 0.6)), "JPEG 75"),
        "contrast+": (_alone(partial(_contrast, 1.6)), "JPEG 75"),
        "gamma0.5": (_alone(partial(_gamma, 0.5)), "JPEG 75"),
        "gamma2": (_alone(partial(_gamma, 2.0)), "JPEG 75"),
        "grayscale": (_alone(_grey), "JPEG 75"),
        "sepia": (_alone(_sepia), "JPEG 75"),
        "insta_filter": (_alone(_filtered), "JPEG 75"),
        "hue_shift": (_alone(_hue), "JPEG 75"),
        "negative": (_alone(_negative), "JPEG 75"),
        "blur3": (_alone(partial(_blurred, 3)), "JPEG 75"),
        "noise20": (_drawn(partial(_noisy, 20)), "JPEG 75"),
        "webp40": (_alone(_same), "WEBP 40"),
        "avif30": (_alone(_same), "AVIF 30"),
        "gif256": (_alone(_same), "GIF"),
        "collage2x2": (partial(_collage, 2), "JPEG 75"),
        "pip25": (partial(_inset, 0.25), "JPEG 75"),
        "pip50": (partial(_inset, 0.50), "JPEG 75"),
        "nudify30-45": (_undressed, "JPEG 75"),
        "faceswap8-15": (_patch_on_other, "JPEG 75"),
        "chain_chat": (
            _then(
                _alone(partial(_resized_to, 600)),
                _alone(partial(_compressed, 50)),
                _alone(partial(_resized_to, 320)),
            ),
            "JPEG 55",
        ),
        "mirror+crop20+j50": (
            _then(_alone(_mirrored), _drawn(partial(_cropped, 0.2))),
            "JPEG 50",
        ),
        "screenshot+text+j40+480": (
            _then(
                _drawn(partial(_written_on, "lien en bio", 0.07)),
                _drawn(_phone),
                _alone(partial(_resized_to, 480)),
            ),
            "JPEG 40",
        ),
        "crop20+filter+text": (
            _then(
                _drawn(partial(_cropped, 0.2)),
                _alone(_filtered),
                _drawn(partial(_written_on, "@exposed", 0.07)),
            ),
            "JPEG 75",
        ),
        "screenshot_of_collage": (_then(partial(_collage, 2), _drawn(_phone)), "JPEG 75"),
        "nudify+crop10+j50": (_then(_undressed, _drawn(partial(_cropped, 0.1))), "JPEG 50"),
    }
)


def _perspective(picture: Picture, chance: random.Random) -> Picture:
    """A screen filmed at an angle: the far side is shorter, and everything is a little blurred and grey."""
    width, height = picture.size
    lean = chance.uniform(0.06, 0.12)
    corners = (-lean * width, -lean * height, 0, height, width, height * (1 + lean / 2), width, 0)
    seen = picture.transform(picture.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)
    return ImageEnhance.Contrast(seen.filter(ImageFilter.GaussianBlur(1))).enhance(0.8)


def _moire(picture: Picture, chance: random.Random) -> Picture:
    y, x = np.mgrid[0 : picture.height, 0 : picture.width]
    wave = 1 + 0.12 * np.sin(x * chance.uniform(0.9, 1.6) + y * chance.uniform(0.2, 0.6))
    return Image.fromarray(np.clip(np.asarray(picture, np.float32) * wave[..., None], 0, 255).astype(np.uint8))


def _squeezed(picture: Picture, chance: random.Random) -> Picture:
    return _scaled(picture, picture.width * chance.uniform(0.65, 0.85), picture.height)


def _reel(picture: Picture, chance: random.Random, fillers: Fillers) -> Picture:
    """A vertical short: the picture over a blurred other one, a caption and a round portrait on top."""
    canvas = ImageOps.fit(fillers[chance.randrange(len(fillers))](), (405, 720)).filter(ImageFilter.GaussianBlur(12))
    small = _scaled(picture, 405, 405 * picture.height / picture.width)
    canvas.paste(small.crop((0, 0, 405, min(small.height, 700))), (0, max(0, (720 - small.height) // 2)))
    draw = ImageDraw.Draw(canvas)
    draw.ellipse((350, 600, 395, 645), (200, 80, 90))
    draw.text((12, 660), "regardez qui c'est", "white", _font(22), stroke_width=2, stroke_fill="black")
    return canvas


def _mosaic(picture: Picture) -> Picture:
    small = picture.resize((max(1, picture.width // 5), max(1, picture.height // 5)), Image.Resampling.BOX)
    return small.resize(picture.size, Image.Resampling.NEAREST)


def _head_only(picture: Picture, chance: random.Random, fillers: Fillers) -> Picture:
    """What is left when all but the upper middle is replaced."""
    other = ImageOps.fit(fillers[chance.randrange(len(fillers))](), picture.size)
    mask = Image.new("L", picture.size)
    ImageDraw.Draw(mask).ellipse((0.2 * picture.width, 0, 0.8 * picture.width, 0.6 * picture.height), 255)
    return Image.composite(picture, other, mask.filter(ImageFilter.GaussianBlur(6)))


def _doodled(picture: Picture, chance: random.Random) -> Picture:
    picture = picture.copy()
    draw = ImageDraw.Draw(picture)
    for _ in range(8):
        points = [(chance.uniform(0, picture.width), chance.uniform(0, picture.height)) for _ in range(4)]
        draw.line(points, (chance.randrange(256), 20, chance.randrange(256)), max(4, picture.width // 60))
    return picture


HELD_OUT: MappingProxyType[str, tuple[Change, str]] = MappingProxyType(
    {
        "filmed_at_an_angle": (_drawn(_perspective), "JPEG 60"),
        "moire": (_drawn(_moire), "JPEG 70"),
        "squeezed": (_drawn(_squeezed), "JPEG 70"),
        "reel_caption": (_reel, "JPEG 60"),
        "mosaic5": (_alone(_mosaic), "JPEG 75"),
        "head_only": (_head_only, "JPEG 70"),
        "doodled": (_drawn(_doodled), "JPEG 70"),
        "turned20": (_alone(partial(_turned, 20)), "JPEG 70"),
        "upside_down_mirror_crop": (
            _then(
                _alone(_mirrored),
                _alone(partial(_turned, 180)),
                _drawn(partial(_cropped, 0.25)),
            ),
            "WEBP 60",
        ),
        "negative_crop": (_then(_alone(_negative), _drawn(partial(_cropped, 0.3))), "JPEG 70"),
        "collage3x3": (partial(_collage, 3), "JPEG 80"),
        "pip15_grey_j40": (_then(partial(_inset, 0.15), _alone(_grey)), "JPEG 40"),
        "screenshot_of_screenshot": (
            _then(_drawn(_phone), _alone(partial(_resized_to, 640)), _drawn(_web)),
            "JPEG 60",
        ),
        "undressed_meme": (_then(_undressed, _alone(_captioned), _alone(partial(_resized_to, 500))), "JPEG 45"),
    }
)
EVERY: MappingProxyType[str, tuple[Change, str]] = MappingProxyType({**KNOWN, **HELD_OUT})

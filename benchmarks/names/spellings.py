"""Spellings of one first name in Latin letters and in its own script, written for this benchmark from usual practice.

The first two of each family are common in France or in England; they are what people register. The list is no copy of
any table and is not for the matcher: it is small on purpose, and asks whether the matcher's own table is wide.
"""

from __future__ import annotations

from typing import Final

FAMILIES: Final = (
    ("Mohamed", "Mohammed", "Muhammad", "Mohammad", "محمد"),
    ("Youssef", "Yousef", "Yusuf", "Youcef", "Yussef", "يوسف"),
    ("Fatima", "Fatma", "Fatimah", "Fathima", "فاطمة"),
    ("Khadija", "Khadidja", "Hadija", "Khadijah", "خديجة"),
    ("Aïcha", "Aisha", "Ayesha", "Aycha", "عائشة"),
    ("Karim", "Kareem", "كريم"),
    ("Rachid", "Rashid", "Racheed", "رشيد"),
    ("Jamal", "Djamel", "Gamal", "Jamel", "جمال"),
    ("Hussein", "Hussain", "Houcine", "Hocine", "Husayn", "حسين"),
    ("Omar", "Umar", "Omer", "عمر"),
    ("Ahmed", "Ahmad", "Ahmet", "أحمد"),
    ("Nasser", "Nacer", "Naser", "ناصر"),
    ("Zineb", "Zeinab", "Zaynab", "Zainab", "زينب"),
    ("Abdelkader", "Abdel Kader", "Abdelqader", "Abdulkadir", "عبد القادر"),
    ("Said", "Saïd", "Saeed", "Sayed", "سعيد"),
    ("Mustapha", "Mustafa", "Moustapha", "Moustafa", "مصطفى"),
    ("Samir", "Sameer", "سمير"),
    ("Yasmine", "Yasmin", "Jasmine", "ياسمين"),
    ("Sergei", "Serguei", "Sergey", "Sergueï", "Сергей"),
    ("Dmitri", "Dimitri", "Dmitry", "Dmitriy", "Дмитрий"),
    ("Nikolai", "Nicolai", "Nikolay", "Nikolaï", "Николай"),
    ("Ekaterina", "Yekaterina", "Iekaterina", "Екатерина"),
    ("Tatiana", "Tatyana", "Tatjana", "Татьяна"),
    ("Yulia", "Julia", "Ioulia", "Yuliya", "Юлия"),
    ("Evgeni", "Evgueni", "Evgeny", "Yevgeny", "Евгений"),
    ("Natalia", "Nathalia", "Natalya", "Наталья"),
    ("Aleksandr", "Alexandr", "Alexander", "Александр"),
    ("Olga", "Olha", "Ольга"),
    ("Ksenia", "Xenia", "Kseniya", "Ксения"),
    ("Mikhail", "Mikhaïl", "Michail", "Mihail", "Михаил"),
    ("Georgios", "Giorgos", "Yorgos", "Γιώργος"),
    ("Ioannis", "Yannis", "Giannis", "Γιάννης"),
    ("Katerina", "Aikaterini", "Ekaterini", "Κατερίνα"),
    ("Eleni", "Elena", "Helene", "Ελένη"),
    ("Stavros", "Stauros", "Σταύρος"),
    ("Volodymyr", "Vladimir", "Wladimir", "Володимир"),
)

"""Invented people: names in several scripts, their countries, towns and streets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Culture:
    """Where a person comes from. Names are pairs: as written at home, and in Latin letters."""

    country: str
    lang: str
    dial: str
    towns: tuple[tuple[str, str], ...]
    streets: tuple[str, ...]
    firsts: tuple[tuple[str, str, str], ...]
    lasts: tuple[tuple[str, str], ...]


def _firsts(women: str, men: str) -> tuple[tuple[str, str, str], ...]:
    """``native=Latin`` words, or one word for both; gender comes from the list."""
    return tuple(
        (native, latin or native, gender)
        for gender, words in (("F", women), ("M", men))
        for native, _, latin in (word.partition("=") for word in words.split())
    )


def _lasts(words: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (native, latin or native)
        for native, _, latin in (word.partition("=") for word in words.split())
    )


CULTURES = (
    Culture(
        "FRA", "fr", "+33", (("Lyon", "69000"), ("Nantes", "44000"), ("Lille", "59000")),
        ("rue des Tilleuls", "avenue du Port", "rue Haute"),
        _firsts("Amélie=Amelie Zoé=Zoe Maëlle=Maelle Inès=Ines", "Théo=Theo Rémi=Remi Noé=Noe"),
        _lasts("Moreau Lefèvre=Lefevre Bérenger=Berenger Garnier D’Aubigné=D'Aubigne"),
    ),
    Culture(
        "DEU", "de", "+49", (("Köln", "50667"), ("Jena", "07743"), ("Lübeck", "23552")),
        ("Lindenweg", "Hafenstraße", "Am Markt"),
        _firsts("Käthe=Kaethe Jördis=Joerdis Anneke", "Jürgen=Juergen Sören=Soeren Ulf"),
        _lasts("Müller=Mueller Groß=Gross Weiß=Weiss Köhler=Koehler Brandt"),
    ),
    Culture(
        "POL", "pl", "+48", (("Łódź", "90-001"), ("Gdańsk", "80-001"), ("Kraków", "30-001")),
        ("ul. Lipowa", "ul. Długa", "ul. Zielona"),
        _firsts("Małgorzata=Malgorzata Żaneta=Zaneta Ewa", "Łukasz=Lukasz Michał=Michal Jan"),
        _lasts("Wójcik=Wojcik Kowalczyk Dąbrowski=Dabrowski Żak=Zak Nowak"),
    ),
    Culture(
        "UKR", "uk", "+380", (("Львів", "79000"), ("Полтава", "36000"), ("Одеса", "65000")),
        ("вул. Садова", "вул. Паркова"),
        _firsts("Оксана=Oksana Леся=Lesia Ірина=Iryna", "Тарас=Taras Андрій=Andrii Ігор=Ihor"),
        _lasts("Шевчук=Shevchuk Бондар=Bondar Лисенко=Lysenko Гончар=Honchar"),
    ),
    Culture(
        "GRC", "el", "+30", (("Πάτρα", "26221"), ("Βόλος", "38221"), ("Χανιά", "73100")),
        ("Οδός Ελιάς", "Λεωφόρος Νίκης"),
        _firsts("Ελένη=Eleni Δήμητρα=Dimitra", "Γιώργος=Giorgos Νίκος=Nikos"),
        _lasts("Παππάς=Pappas Ιωάννου=Ioannou Μακρής=Makris Ζέρβα=Zerva"),
    ),
    Culture(
        "USA", "en", "+1", (("Portland", "97201"), ("Austin", "73301"), ("Duluth", "55802")),
        ("Maple Avenue", "Harbor Street", "Hillcrest Road"),
        _firsts("Grace Imani Dolores Skye", "Wyatt Marcus Elijah Hank"),
        _lasts("Whitaker O'Rourke Okonkwo-Reed Delgado St.Clair"),
    ),
    Culture(
        "BRA", "pt", "+55", (("Recife", "50010-000"), ("Santos", "11010-000")),
        ("Rua das Acácias", "Avenida Beira-Mar"),
        _firsts("Conceição=Conceicao Íris=Iris Luíza=Luiza", "João=Joao Estevão=Estevao Caio"),
        _lasts("Gonçalves=Goncalves Araújo=Araujo Simões=Simoes Prado"),
    ),
    Culture(
        "JPN", "ja", "+81", (("札幌市", "060-0001"), ("長野市", "380-0801")),
        ("桜町", "港通り"),
        _firsts("結衣=Yui 美咲=Misaki 葵=Aoi", "大翔=Hiroto 蓮=Ren 健太=Kenta"),
        _lasts("佐藤=Sato 渡辺=Watanabe 小林=Kobayashi 森=Mori"),
    ),
    Culture(
        "KOR", "ko", "+82", (("부산", "48058"), ("대전", "34126")),
        ("은행로", "바다길"),
        _firsts("서연=Seoyeon 지우=Jiwoo 하은=Haeun", "민준=Minjun 도윤=Doyun"),
        _lasts("김=Kim 박=Park 최=Choi 정=Jung"),
    ),
    Culture(
        "ARE", "ar", "+971", (("دبي", "00000"), ("العين", "00000")),
        ("شارع النخيل", "شارع البحر"),
        _firsts("فاطمة=Fatima مريم=Maryam ليلى=Layla", "يوسف=Yousef خالد=Khalid سالم=Salem"),
        _lasts("المنصوري=Almansoori الشامسي=Alshamsi الكعبي=Alkaabi"),
    ),
    Culture(
        "IND", "hi", "+91", (("पुणे", "411001"), ("जयपुर", "302001")),
        ("नीम मार्ग", "स्टेशन रोड"),
        _firsts("प्रिया=Priya अनन्या=Ananya मीरा=Meera", "अर्जुन=Arjun रोहन=Rohan"),
        _lasts("शर्मा=Sharma पटेल=Patel जोशी=Joshi"),
    ),
    Culture(
        "NGA", "en", "+234", (("Ibadan", "200001"), ("Enugu", "400001")),
        ("Palm Close", "Unity Road"),
        _firsts("Ọmọlará=Omolara Ngozi Adaeze", "Olúwaṣeun=Oluwaseun Chukwuemeka Tunde"),
        _lasts("Adéyẹmí=Adeyemi Okafor Nwosu Bálógun=Balogun"),
    ),
)  # fmt: skip

UNITED_STATES = next(culture for culture in CULTURES if culture.country == "USA")

"""Recognizers of what describes or reaches a person: names, contacts, traits, sensitive matters."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from govkit.data.classify import lexicons, validators
from govkit.data.classify.recognizer import AppiClass, Recognizer, Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from govkit.data.classify.column import Column

__all__ = ["PEOPLE"]

_FEWEST = 12
_TEXT = r"[^\d@]{1,60}"
_KANJI, _KANA, _LATIN = r"[一-龠々ヶヵ]", r"[ァ-ヺー]", r"[A-Za-zÀ-ɏ'’.-]"
_MIXED = r"[一-龠々ヶヵぁ-んァ-ヺー]"
_WORD = r"(?=.*[^\W\d_]).{1,80}"


def _several(column: Column) -> str | None:
    """Ask for enough different words: a handful of them is family names by accident."""
    if len(column.values) >= _FEWEST:
        return None
    return f"only {len(column.values)} different values, too few to tell names from other words"


def _birth_days(column: Column) -> str | None:
    """Ask for days that spread over the decades in which people are born."""
    days = sorted(column.days)
    low, high = days[len(days) // 20], days[-1 - len(days) // 20]
    if len(days) < _FEWEST or days[0] < dt.date(1890, 1, 1):
        return "too few days, or days too long ago, to be told from other dates"
    if (high - low).days < 25 * 365:
        return f"days spread over {(high - low).days // 365} years: like any dates"
    return None


def _postal(column: Column) -> str | None:
    written = column.share("-" in value or "〒" in value for value in column.values)
    return None if written > 0.3 else "seven digits without a hyphen can be any number"  # noqa: PLR2004


def _both_genders(column: Column) -> str | None:
    known = {value.lower() for value in column.values} & lexicons.special("gender")
    return None if len(known) > 1 else "a single word says little"


def _surely(kind: str) -> Callable[[Column], str | None]:
    def holds(column: Column) -> str | None:
        known = {value.lower() for value in column.values}
        return None if known & lexicons.special(kind) else "the words also mean other things"

    return holds


def _diagnoses(column: Column) -> str | None:
    real = [value for value in column.values if validators.holds_disease(value)]
    return None if len(real) > 1 else "hardly any value names a disease"


def _creeds(column: Column) -> str | None:
    known = {value.lower() for value in column.values} & lexicons.lexicon("religions")
    return None if len(known) > 1 else "a single word says little"


def _person(name: str, test: str, words: str, **more: object) -> Recognizer:
    """Declare a name: ``test`` says which part in which script."""
    part, script = test.split()
    check = {
        "full": lexicons.is_full_name,
        "family": lexicons.is_family,
        "given": lexicons.is_given,
    }[part]
    inside = {"kanji": _MIXED, "kana": rf"(?:{_KANA}|[ぁ-ん])", "latin": _LATIN}[script]
    space = r"[\s,・=]+"
    pattern = {"latin": rf"{inside}{{2,}}(?:{space}{inside}+){{1,3}}", "kana": rf"{inside}+(?:{space}{inside}+)?",
               "kanji": rf"{inside}+(?:{space}{inside}+)?"}[script] if part == "full" else rf"{inside}+"  # fmt: skip
    category = {"full": "user.name", "family": "user.name.last", "given": "user.name.first"}[part]
    return Recognizer(
        name=name, type="name", category=category, role=Role.DIRECT, words=words, pattern=pattern,
        valid=lambda value: check(value, script), least=0.5, chance=0.05, plausible=_TEXT, also=_several,
        alone=0.9 if part == "full" else 0.8, what=f"are {part} names ({script})", **more,  # type: ignore[arg-type]
    )  # fmt: skip


_NAMES = (
    _person("full_name", "full kanji",
        "氏名 姓名 お名前 ご氏名 御氏名 漢字氏名 氏名漢字 しめい せいめい おなまえ なまえ full_name fullname person_name "
        "personal_name display_name 本名 通称 通称名 旧姓名 宛名 名義 口座名義 口座名義人 めいぎ account_name"),
    _person("family_name", "family kanji",
        "姓 苗字 名字 旧姓 氏 みょうじ きゅうせい せい last_name lastname surname family_name lname sei_kanji sn 名前姓"),
    _person("given_name", "given kanji",
        "名 下の名前 first_name firstname given_name fname forename middle_name mei_kanji したのなまえ 名前名"),
    _person("kana_name", "full kana",
        "フリガナ ふりがな カナ 仮名 かな カナ氏名 氏名カナ カナ名 名カナ 氏名フリガナ 読み 読み仮名 ヨミガナ よみがな よみ furigana kana yomi "
        "phonetic phonetic_name name_kana kana_name"),
    _person("kana_family_name", "family kana", "セイ 姓カナ カナ姓 姓フリガナ せいかな last_name_kana sei_kana"),
    _person("kana_given_name", "given kana", "メイ カナ名 名フリガナ めいかな first_name_kana mei_kana"),
    _person("romaji_name", "full latin",
        "ローマ字 ローマ字氏名 英字氏名 英語名 英文氏名 アルファベット氏名 ろーまじ えいじしめい えいもんしめい "
        "name_romaji romaji name_en english_name roman_name latin_name name_eng name_latin"),
    _person("romaji_family_name", "family latin", "last_name lastname surname family_name lname sei_en sei_romaji 英字姓"),
    _person("romaji_given_name", "given latin", "first_name firstname given_name fname forename mei_en mei_romaji 英字名"),
)  # fmt: skip

_JP_ADDRESS = (
    rf"(?:〒?\d{{3}}-?\d{{4}}\s*)?(?:(?:北海道|東京都|(?:京都|大阪)府|{_MIXED}{{2,3}}県)\s*{_MIXED}*[市区町村郡]?|{_MIXED}{{1,6}}[市区町村郡]|"
    rf"[一-龠ぁ-んァ-ヺー]{{1,4}}[市区町村]).*?(?:\d+(?:-\d+|丁目|番|号)|[一二三四五六七八九十]+丁目).*"
)
_EN_ADDRESS = (
    r"(?:.*\d.*(?:(?<![a-z])(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|court|ct|way|boulevard|blvd|"
    r"place|pl|square|sq|terrace|highway|hwy|circle|parkway|pkwy|apt|suite|unit|po box|p\.o\. box)(?![a-z])"
    r"|-(?:ku|shi|cho|machi|gun|ken|fu|to|dori)(?![a-z])|,\s*[A-Z]{2},?\s+\d{5}).*)"
)

_CONTACTS = (
    Recognizer(
        name="email", type="email", category="user.contact.email", role=Role.DIRECT,
        words="メールアドレス メール メアド eメール 電子メール 連絡先 めーるあどれす めーる めあど れんらくさき "
              "email e_mail mail mail_address mailaddr email_address email_addr eml",
        pattern=r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+", valid=validators.email, alone=0.98,
        plausible=r"[^\s@]+@\S+", what="are e-mail addresses",
    ),
    Recognizer(
        name="phone", type="phone", category="user.contact.phone_number", role=Role.DIRECT,
        words="電話 電話番号 携帯 携帯電話 携帯番号 携帯電話番号 固定電話 自宅電話 連絡先 連絡先電話番号 緊急連絡先 テル でんわ でんわばんごう けいたい "
              "けいたいでんわ れんらくさき きんきゅうれんらくさき tel telno phone phone_number telephone mobile mobile_phone cell cell_phone "
              "cellphone ph contact_number contact_no msisdn home_phone work_phone 内線",
        pattern=r"(?:tel[:.]?\s*)?\+?\(?\d[\d\s().-]{8,20}(?:\s?(?:x|ext\.?)\s?\d+)?", valid=validators.phone,
        chance=0.05, least=0.6, alone=0.93, plausible=r"\D{0,5}\+?[\d\s().x-]{8,24}", what="are valid telephone numbers",
        also=lambda column: None if column.share(v[0] in "0+(" or "-" in v for v in column.values) > 0.6  # noqa: PLR2004
        else "digits alone, without a leading zero or hyphens",
    ),
    Recognizer(
        name="fax", type="phone", category="user.contact.fax_number", role=Role.DIRECT,
        words="FAX FAX番号 ファックス ファクス ファクシミリ fax_no fax_number facsimile ふぁっくす",
        pattern=r"\+?\(?\d[\d\s().-]{8,20}", valid=validators.phone, chance=0.05, least=0.6,
        plausible=r"\D{0,5}\+?[\d\s().x-]{8,24}", what="are valid telephone numbers",
    ),
    Recognizer(
        name="postal_code", type="postal_code", category="user.contact.address.postal_code", role=Role.QUASI,
        words="郵便番号 郵便 〒 ゆうびん ゆうびんばんごう postal_code postcode post_code zip zip_code zipcode postal",
        pattern=r"〒?\s?\d{3}-?\d{4}", also=_postal, least=0.85, alone=0.85,
        plausible=r"〒?\s?\d{3}-?\d{4}|\d{4,7}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d",
        what="are written like Japanese postal codes",
    ),
    Recognizer(
        name="postal_code_abroad", type="postal_code", category="user.contact.address.postal_code", role=Role.QUASI,
        pattern=r"\d{5}-\d{4}|[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d", alone=0.8, least=0.8,
        what="are written like postal codes of the USA, the UK or Canada",
    ),
    Recognizer(
        name="region", type="region", category="user.contact.address.state", role=Role.QUASI,
        words="都道府県 県 府県 県名 地域 居住地 出身地 本籍 本籍地 出身 現住所都道府県 とどうふけん けん けんめい ちいき しゅっしんち ほんせき "
              "prefecture pref state province region prov county home_state birthplace 出生地",
        pattern=r"[^\d]{2,24}", valid=validators.region, alone=0.93, plausible=_WORD, what="are prefectures or states",
    ),
    Recognizer(
        name="region_code", type="region", category="user.contact.address.state", role=Role.QUASI,
        words="state state_code st", pattern=r"[A-Z]{2}", valid=validators.one_of(":state_code"), chance=0.09,
        least=0.9, alone=0.8, plausible=r"[A-Z]{2,3}|\d{1,2}", also=_several, what="are codes of US states",
    ),
    Recognizer(
        name="city", type="city", category="user.contact.address.city", role=Role.QUASI,
        words="市区町村 市町村 区市町村 市 区 町村 市区 居住市区町村 しくちょうそん しちょうそん city town municipality ward village 市区町村名 住所1",
        pattern=r"[^\d]{2,30}", valid=validators.municipality, least=0.6, alone=0.9, plausible=_WORD,
        what="are municipalities", also=_several,
    ),
    Recognizer(
        name="address", type="address", category="user.contact.address.street", role=Role.DIRECT,
        words="住所 現住所 自宅住所 所在地 番地 町名番地 建物 建物名 住居 居所 届け先 送付先 連絡先 じゅうしょ げんじゅうしょ ばんち しょざいち "
              "address addr adr address1 address_line street street_address home_address mailing_address residence 住所2 丁目",
        pattern=_JP_ADDRESS, least=0.6, alone=0.95, plausible=r"(?=.*(?:[^\W\d_]|-)).{2,200}", what="are postal addresses",
    ),
    Recognizer(
        name="address_abroad", type="address", category="user.contact.address.street", role=Role.DIRECT,
        words="英文住所 英語住所 住所英文 えいもんじゅうしょ address_en english_address", pattern=_EN_ADDRESS, least=0.6, alone=0.92,
        plausible=r"(?=.*[^\W\d_]).{4,200}", what="are addresses in Latin letters",
    ),
)  # fmt: skip

_TRAITS = (
    Recognizer(
        name="birth_date", type="dob", category="user.demographic.date_of_birth", role=Role.QUASI,
        words="生年月日 誕生日 生まれ 出生日 出生年月日 生年 誕生年月日 和暦生年月日 生年月 せいねんがっぴ たんじょうび うまれ しゅっしょうび せいねん birth_date "
              "date_of_birth dob birthday birthdate born birth_day birth_dt bdate birth_year year_of_birth yob birth bday",
        pattern=r".{6,26}", valid=lambda value: validators.day(value) is not None, least=0.8, alone=0.85,
        plausible=r"(?=.*\d)[^@]{4,30}", also=_birth_days, what="are days",
    ),
    Recognizer(
        name="age", type="age", category="user.demographic.age_range", role=Role.QUASI,
        words="年齢 年令 満年齢 歳 年代 年齢層 年齢階級 ねんれい ねんだい age ages age_group age_range age_band years_old",
        pattern=r"(?:満)?\d{1,3}(?:歳|才|代)(?:以上|以下|未満|前半|後半)?|\d{1,2}\s?[-~〜]\s?\d{1,3}(?:歳|才)", alone=0.85,
        plausible=r"(?:満|age)?\s?(?:1[0-2]\d|\d{1,2})(?:\.0)?(?:\s?[-~〜+]?\s?\d{0,3})?\s?(?:歳|才|代|s|years?)?.{0,4}",
        what="are ages or age bands",
    ),
    Recognizer(
        name="gender", type="gender", category="user.demographic.gender", role=Role.QUASI,
        words="性別 男女 男女別 せいべつ だんじょ gender sex gndr", pattern=r".{1,20}",
        valid=validators.one_of(":gender", ":gender_other"), least=0.9, alone=0.93, plausible=r"[^\d]{1,20}|[0-39]",
        also=_both_genders, what="are words for a gender",
    ),
    Recognizer(
        name="nationality", type="nationality", category="user.demographic", role=Role.QUASI,
        words="国籍 国籍地域 出身国 在留国籍 国 国名 こくせき しゅっしんこく nationality citizenship country country_of_birth home_country native_country",
        pattern=r"[^\d]{2,40}", valid=validators.one_of("countries"), least=0.8, alone=0.8, plausible=r"[^\d@]{2,40}",
        what="are countries or nationalities",
    ),
    Recognizer(
        name="occupation", type="occupation", category="user.job_title", role=Role.QUASI,
        words="職業 職種 役職 肩書 肩書き 職位 仕事 職務 勤務形態 雇用形態 職業名 しょくぎょう しょくしゅ やくしょく かたがき しょくい しごと "
              "occupation job job_title profession position title role_title career employment_type",
        pattern=r".{1,80}", valid=validators.ends_with_word, least=0.5, chance=0.05, alone=0.82, plausible=_WORD,
        also=lambda column: None if len(column.values) > 3 else "too few different words", what="are occupations",  # noqa: PLR2004
    ),
    Recognizer(
        name="employer", type="employer", category="user.workplace", role=Role.QUASI,
        words="勤務先 勤め先 勤務先名 会社 会社名 所属 所属先 所属会社 就業先 就職先 企業名 前職 勤務地 きんむさき つとめさき かいしゃ かいしゃめい しょぞく "
              "employer company company_name workplace organization organisation affiliation firm corp_name",
        pattern=r".{2,80}", valid=validators.company, least=0.5, plausible=_WORD, what="are named like companies",
    ),
    Recognizer(
        name="education", type="education", category="user.demographic", role=Role.QUASI,
        words="学歴 最終学歴 出身校 卒業校 出身大学 学位 卒業大学 学部 がくれき さいしゅうがくれき しゅっしんこう がくい "
              "education degree academic_background school_attended university alma_mater education_level highest_degree schooling",
        pattern=r".{2,60}", valid=validators.one_of("education"), alone=0.82, plausible=_WORD, what="are levels of education",
    ),
    Recognizer(
        name="marital_status", type="marital_status", category="user.demographic.marital_status", role=Role.QUASI,
        words="婚姻 婚姻状況 婚姻区分 配偶者有無 既婚未婚 婚姻歴 こんいん こんいんじょうきょう marital_status marital married marriage",
        pattern=r"未婚|既婚|離婚|死別|離別|独身|single|married|divorced|widowed|never[- ]married|separated|married-civ-spouse|married-spouse-absent|married-af-spouse",
        least=0.9, alone=0.85, what="are words for a marital status",
    ),
    Recognizer(
        name="coordinates", type="geo", category="user.location.precise", role=Role.QUASI,
        words="緯度 経度 緯度経度 座標 位置情報 位置 いど けいど いどけいど ざひょう いちじょうほう latitude longitude lat lon lng long latlng latlon coordinates "
              "geo geolocation gps location_point",
        pattern=r"[+-]?(?:[2-3]\d|4[0-6]|2\d)\.\d{4,}|[+-]?1(?:2[2-9]|3\d|4\d|5[0-4])\.\d{4,}|"
                r"[(\[]?-?\d{1,2}\.\d{3,}\s*,\s*-?\d{1,3}\.\d{3,}[)\]]?|POINT\s?\(.+\)",
        least=0.85, alone=0.75, plausible=r"[(\[]?[+-]?\d{1,3}(?:\.\d+)?°?(?:\s*[,NESW]\s*[+-]?\d{1,3}(?:\.\d+)?)?[)\]]?[NESW]?|POINT\s?\(.+\)",
        also=lambda column: None if not column.numbers or column.decimals >= 4 else "too few digits after the point",  # noqa: PLR2004
        what="are coordinates in Japan, or pairs of coordinates, to the meter",
    ),
)  # fmt: skip

_SPECIAL = {"role": Role.SENSITIVE, "appi_class": AppiClass.SPECIAL_CARE}
_SENSITIVE = (
    Recognizer(
        name="income", type="income", category="user.financial", role=Role.SENSITIVE,
        words="年収 所得 月収 給与 給料 賃金 報酬 世帯年収 収入 賞与 年俸 時給 資産額 預金残高 貯蓄 ねんしゅう しょとく げっしゅう きゅうよ きゅうりょう ちんぎん しゅうにゅう ほうしゅう "
              "しょうよ income salary annual_income wage wages earnings pay household_income compensation bonus net_worth",
        plausible=r"[¥$€<>~〜-]?\s?\d[\d,.]*\s?(?:万円|千円|円|k|万)?(?:\s?[-~〜]\s?[¥$€]?\d[\d,.]*\s?(?:万円|千円|円|k)?)?(?:以上|未満|台|以下)?|[<>]=?\d+k",
    ),
    Recognizer(
        name="health", type="health", category="user.health_and_medical", **_SPECIAL,  # type: ignore[arg-type]
        words="既往歴 既往症 病歴 病名 傷病名 診断 診断名 疾患 疾患名 持病 症状 健康 健康状態 健診結果 検査結果 アレルギー 服薬 処方 投薬 薬 主訴 治療 治療歴 手術歴 血液型 "
              "診療科 入院 通院 通院歴 妊娠 罹患 ワクチン きおうれき びょうれき びょうめい しょうびょうめい しんだん しんだんめい しっかん じびょう けんこう けんしん ちりょう "
              "diagnosis disease illness condition medical_history medical_condition health health_status symptom symptoms allergy allergies medication "
              "prescription blood_type icd icd10 icd_code treatment comorbidity diag surgery",
        pattern=r"[^@]{1,80}", valid=lambda v: validators.holds_disease(v) or v.lower() in lexicons.special("neutral"),
        least=0.6, alone=0.9, plausible=r"(?!-?\d+\.\d+$)[^@]{1,400}", also=_diagnoses, what="name diseases, or none",
    ),
    Recognizer(
        name="health_measure", type="health", category="user.health_and_medical", **_SPECIAL,  # type: ignore[arg-type]
        words="血圧 最高血圧 最低血圧 血糖 血糖値 体重 身長 腹囲 心拍 心拍数 脈拍 体脂肪 体脂肪率 コレステロール 中性脂肪 尿酸 体温 けつあつ けっとう たいじゅう しんちょう しんぱく たいおん "
              "bmi blood_pressure systolic diastolic cholesterol glucose blood_sugar hba1c heart_rate pulse body_weight body_height body_temperature height_cm weight_kg body_fat hdl ldl triglycerides "
              "checkup checkup_result lab_result",
        plausible=r"\d{1,3}(?:\.\d+)?(?:/\d{2,3})?\s?[a-z%/]{0,6}|[A-E][+-]?\d?",
    ),
    Recognizer(
        name="disability", type="disability", category="user.health_and_medical", **_SPECIAL,  # type: ignore[arg-type]
        words="障害 障がい 障碍 障害者手帳 障害等級 障害区分 障害種別 手帳等級 要介護度 要介護 しょうがい しょうがいとうきゅう しょうがいしゃてちょう ようかいごど "
              "disability disabled handicap impairment disability_status care_level",
        pattern=r".{1,60}", valid=validators.one_of(":disability", ":neutral"), also=_surely("disability"), least=0.8, alone=0.88,
        plausible=r"(?!-?\d+\.\d+$).{1,60}", what="are kinds of disability",
    ),
    Recognizer(
        name="religion", type="religion", category="user.demographic.religious_belief", **_SPECIAL,  # type: ignore[arg-type]
        words="宗教 信仰 信条 宗派 思想 思想信条 政党 支持政党 しゅうきょう しんこう しんじょう しゅうは しじせいとう religion creed faith belief religious "
              "religious_belief denomination political_opinion political_party",
        pattern=r".{1,40}", valid=validators.one_of("religions", ":neutral"), also=_creeds, least=0.8, alone=0.9,
        plausible=r"[^\d@]{1,60}", what="are creeds",
    ),
    Recognizer(
        name="criminal_record", type="criminal", category="user.criminal_history", **_SPECIAL,  # type: ignore[arg-type]
        words="犯罪歴 前科 犯歴 前科前歴 逮捕歴 賞罰 犯罪被害 犯罪 処分歴 はんざいれき ぜんか はんれき たいほれき しょうばつ criminal_record criminal "
              "criminal_history conviction convictions arrest arrests offense offence crime felony victim",
        pattern=r".{1,60}", valid=validators.one_of(":crime", ":neutral"), also=_surely("crime_sure"), least=0.8, alone=0.85,
        plausible=r"(?!-?\d+\.\d+$).{1,80}", what="are offenses or verdicts",
    ),
    Recognizer(
        name="race", type="race", category="user.demographic.race_ethnicity", **_SPECIAL,  # type: ignore[arg-type]
        words="人種 民族 民族名 じんしゅ みんぞく race ethnicity ethnic ethnic_group ethnic_origin racial 社会的身分 門地",
        pattern=r".{1,60}", valid=validators.one_of(":race", ":gender_other"), also=_surely("race_sure"), least=0.8, alone=0.85,
        plausible=r"(?!-?\d+\.\d+$).{1,60}", what="are races or peoples",
    ),
    Recognizer(
        name="union_membership", type="union", category="user.workplace", role=Role.SENSITIVE,
        words="労働組合 労組 組合員 組合加入 組合 組合員区分 労働組合加入 ろうどうくみあい ろうそ くみあい くみあいかにゅう くみあいいん union union_member "
              "union_membership trade_union labor_union labour_union",
        pattern=r"組合員|非組合員|組合専従|union member|non-union", least=0.8, alone=0.8, plausible=r"(?!-?\d+\.\d+$).{1,40}",
        what="are words for membership in a union",
    ),
    Recognizer(
        name="biometric", type="biometric", category="user.biometric", role=Role.DIRECT, appi_class=AppiClass.CODE,
        words="顔写真 指紋 虹彩 声紋 静脈 顔画像 顔認証 生体 生体認証 掌紋 歩容 遺伝子 ゲノム かおじゃしん しもん こうさい せいもん じょうみゃく せいたい せいたいにんしょう "
              "face_image photo face fingerprint iris voiceprint biometric biometrics face_id facial faceprint retina dna genome palm_vein fingerprint_hash "
              "face_template face_embedding portrait",
        plausible=r"(?!-?\d+(?:\.\d+)?$).{1,4000}",
    ),
)  # fmt: skip

_FREE_TEXT = (
    Recognizer(
        name="free_text", type="free_text", category="user.content", role=Role.DIRECT,
        words="備考 コメント メモ 自由記述 自由回答 内容 問い合わせ内容 お問い合わせ 問合せ 要望 感想 本文 意見 特記事項 摘要 相談内容 連絡事項 対応履歴 所見 自己紹介 経歴 志望動機 びこう "
              "じゆうきじゅつ ないよう といあわせ ようぼう かんそう ほんぶん いけん とっきじこう しょけん しぼうどうき comment comments note notes remark remarks memo message "
              "description free_text text body feedback inquiry opinion details detail review narrative bio summary content",
        plausible=r"(?=.*[^\W\d_]).{2,}",
    ),
)  # fmt: skip

PEOPLE: tuple[Recognizer, ...] = (*_NAMES, *_CONTACTS, *_TRAITS, *_SENSITIVE, *_FREE_TEXT)

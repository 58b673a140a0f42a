"""A labelled table of invented people that no list of govkit was written from.

Other names, formats and headings than the table the project is measured on: run it, and
``classify.py`` beside it reports both. Deterministic: the seed decides.
"""

from __future__ import annotations

# fmt: off
import datetime as dt
import hashlib
import random
import uuid
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = 77
FAMILY = ["小鳥遊", "東海林", "五十嵐", "神宮寺", "一ノ瀬", "綾小路", "伊集院", "大河内", "久我", "榊原", "桐生", "真壁", "樋口", "奥寺", "蓮見", "宇佐美", "鷹野", "柏木", "早乙女", "時任", "南雲", "日下部", "三枝", "財前", "結城", "二階堂", "道明寺", "生田目", "浅葱", "小早川", "相沢", "若松", "園田", "滝沢", "望月", "戸田", "木下", "野口", "菅原", "久保田"]
GIVEN = ["蒼空", "陽葵", "結翔", "心春", "悠真", "莉子", "湊", "紬", "蓮", "凛", "大和", "咲良", "樹", "芽依", "朝陽", "美月", "新", "杏", "律", "澪", "健三郎", "千代", "義雄", "和枝", "隆之介", "小百合", "正樹", "由美子", "達也", "智恵美", "圭介", "真由", "翔平", "沙織", "亮太", "奈緒", "遼", "彩乃", "拓海", "琴音"]
KANA_FAMILY = ["タカナシ", "ショウジ", "イガラシ", "ジングウジ", "イチノセ", "アヤノコウジ", "イジュウイン", "サカキバラ", "キリュウ", "ヒグチ", "ウサミ", "クサカベ", "ユウキ", "アイザワ", "ワカマツ", "ソノダ", "タキザワ", "モチヅキ", "トダ", "ノグチ", "スガワラ", "クボタ"]
KANA_GIVEN = ["ソラ", "ヒマリ", "ユイト", "コハル", "ユウマ", "リコ", "ミナト", "ツムギ", "レン", "リン", "ヤマト", "サクラ", "イツキ", "メイ", "アサヒ", "ミヅキ", "アラタ", "アン", "マサキ", "ユミコ", "タツヤ", "ケイスケ", "マユ", "サオリ", "リョウタ", "ナオ"]
LATIN_GIVEN = ["Olivia", "Liam", "Emma", "Noah", "Sophia", "Lucas", "Isabella", "Mason", "Mia", "Ethan", "Charlotte", "Logan", "Amelia", "Oliver", "Harper", "Elijah", "Evelyn", "Aiden", "Abigail", "Henry", "Ella", "Sebastian", "Grace", "Carter", "Chloe", "Wyatt", "Zoe", "Gabriel"]
LATIN_FAMILY = ["Fitzgerald", "Calloway", "Hawthorne", "Whitaker", "Delacroix", "Ferreira", "Kowalski", "Lindqvist", "Okafor", "Petrov", "Sandoval", "Thornton", "Vasquez", "Winslow", "Abernathy", "Blackwood", "Castellano", "Donovan", "Ellsworth", "Granger", "Holloway", "Ishikawa", "Nakagawa", "Matsuda", "Fujimoto", "Hoffman", "Sullivan", "McCarthy"]
PLACES = ["神奈川県鎌倉市長谷", "大阪府豊中市本町", "北海道函館市元町", "愛知県豊橋市大橋通", "福岡県久留米市東町", "京都府宇治市宇治", "兵庫県西宮市甲子園", "長野県松本市深志", "広島県呉市中央", "沖縄県那覇市泊", "東京都杉並区荻窪", "宮城県石巻市蛇田"]
CITIES = ["鎌倉市", "豊中市", "函館市", "豊橋市", "久留米市", "宇治市", "西宮市", "松本市", "呉市", "那覇市", "杉並区", "石巻市", "足利市", "熱海市", "別府市", "高岡市", "津山市", "丸亀市", "草津市", "由利本荘市"]
PREFECTURES = ["神奈川", "大阪", "北海道", "愛知", "福岡", "京都", "兵庫", "長野", "広島", "沖縄", "東京", "宮城", "静岡", "大分", "富山", "岡山"]
R = random.Random


class Spec(NamedTuple):
    """One column: its headings, its truth and what makes a value."""

    ja: str
    en: str
    romaji: str
    type: str
    role: str
    make: Callable[[random.Random, int], object]
    missing: float = 0.05


def _digits(r: R, n: int) -> str:
    return "".join(r.choices("0123456789", k=n))


def _my_number(r: R, _: int) -> str:
    body = [int(d) for d in _digits(r, 11)]
    total = sum(p * (n + 1 if n < 7 else n - 5) for n, p in enumerate(reversed(body), 1))
    check = 0 if total % 11 <= 1 else 11 - total % 11
    text = "".join(map(str, body)) + str(check)
    return f"{text[:4]} {text[4:8]} {text[8:]}" if r.random() < 0.3 else text


def _license(r: R, _: int) -> str:
    body = r.choice(("30", "43", "62", "44", "90")) + _digits(r, 8)
    total = sum(int(a) * b for a, b in zip(body, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=True))
    return f"第{body}{(11 - total % 11) % 11 % 10}0号"[1:13]


def _luhn(body: str) -> str:
    digits = [int(d) for d in reversed(body)]
    total = sum(sum(divmod(d * 2, 10)) if i % 2 == 0 else d for i, d in enumerate(digits))
    return body + str(-total % 10)


def _ean(r: R, _: int) -> str:
    body = r.choice(("490", "499", "450")) + _digits(r, 9)
    total = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(body))
    return body + str(-total % 10)


def _corporate(r: R, _: int) -> str:
    body = _digits(r, 12)
    total = sum(int(d) * (1 if i % 2 == 0 else 2) for i, d in enumerate(reversed(body)))
    return f"T{9 - total % 9}{body}"


def _iban(r: R, _: int) -> str:
    account = _digits(r, 18)
    check = 98 - int(account + "131400") % 97
    return f"DE{check:02d}{account}"


def _day(r: R, first: int, last: int) -> dt.date:
    start = dt.date(first, 1, 1)
    return start + dt.timedelta(days=r.randrange((dt.date(last, 12, 31) - start).days))


def _era(day: dt.date) -> str:
    for letter, start, first in (("R", dt.date(2019, 5, 1), 2018), ("H", dt.date(1989, 1, 8), 1988)):
        if day >= start:
            return f"{letter}{day.year - first}.{day.month}.{day.day}"
    return f"S{day.year - 1925}.{day.month}.{day.day}"


def _mobile(r: R, _: int) -> str:
    number = f"0{r.choice('789')}0{r.choice('1234567')}{_digits(r, 7)}"
    return r.choice((number, f"{number[:3]}-{number[3:7]}-{number[7:]}", f"{number[:3]} {number[3:7]} {number[7:]}"))


def _landline(r: R, _: int) -> str:
    area, rest = r.choice((("06", 4), ("011", 3), ("052", 3), ("045", 3), ("0463", 2), ("03", 4)))
    return f"{area}({r.choice('23456')}{_digits(r, rest - 1)}){_digits(r, 4)}"


def _email(r: R, _: int) -> str:
    return f"{r.choice(LATIN_GIVEN).lower()}{r.choice(('.', '_', ''))}{_digits(r, 3)}@{r.choice(('example.jp', 'mail.example.com', 'example.ac.jp'))}"


def _note(r: R, _: int) -> str:
    plain = ("折り返しの電話を希望。", "資料は不要とのこと。", "来月あらためて提案する。", "在庫を確認して返答する。", "特に問題なし。")
    personal = (f"夫の{r.choice(FAMILY)}様が受け取り", f"連絡は{_mobile(r, 0)}へ。", f"請求書は{_email(r, 0)}宛に送る")
    return r.choice(plain) + (r.choice(personal) if r.random() < 0.06 else "")


def _street(r: R, _: int) -> str:
    return f"{r.choice(PLACES)}{r.randint(1, 9)}-{r.randint(1, 30)}-{r.randint(1, 20)}" + r.choice(("", f" {r.randint(101, 909)}号室", " コーポ青葉201"))


def _pick(*words: str) -> Callable[[random.Random, int], str]:
    return lambda r, _: r.choice(words)


C, Q, S, N = "direct", "quasi", "sensitive", "none"
SPECS = (
    Spec("お客様コード", "cust_no", "okyakusama_code", "internal_id", C, lambda _, i: f"KY-{50_000 + i * 7}", 0),
    Spec("従業員ID", "StaffID", "jugyoin_id", "internal_id", C, lambda r, i: f"{r.choice('ABC')}{1000 + i}", 0),
    Spec("ご契約者名", "policyHolderName", "keiyakusha_mei", "name", C, lambda r, _: f"{r.choice(FAMILY)}{r.choice((' ', '　', ''))}{r.choice(GIVEN)}"),
    Spec("ｶﾅ氏名", "name_kana", "kana_shimei", "name", C, lambda r, _: f"{r.choice(KANA_FAMILY)} {r.choice(KANA_GIVEN)}"),
    Spec("英文氏名", "passenger_name", "eibun_shimei", "name", C, lambda r, _: f"{r.choice(LATIN_FAMILY).upper()}, {r.choice(LATIN_GIVEN)}"),
    Spec("苗字", "surname", "myouji", "name", C, lambda r, _: r.choice(FAMILY)),
    Spec("下の名前", "givenName", "shita_no_namae", "name", C, lambda r, _: r.choice(GIVEN)),
    Spec("外国人名", "guest_first_nm", "gaikokujin_mei", "name", C, lambda r, _: r.choice(LATIN_GIVEN)),
    Spec("Eメール", "Email_Addr", "denshi_mail", "email", C, _email),
    Spec("ケータイ", "cellPhone", "keitai_bangou", "phone", C, _mobile, 0.2),
    Spec("ご自宅の電話", "home_telephone", "jitaku_tel", "phone", C, _landline, 0.3),
    Spec("海外電話", "phone_us", "kaigai_denwa", "phone", C, lambda r, _: f"(212) {r.randint(200, 999)}-{_digits(r, 4)}"),
    Spec("ファクス番号", "faxNumber", "fakkusu", "phone", C, _landline, 0.6),
    Spec("〒", "postcode_jp", "yuubin_bangou", "postal_code", Q, lambda r, _: f"{r.randint(1, 999):03d}-{_digits(r, 4)}"),
    Spec("英国郵便番号", "uk_postcode", "eikoku_yuubin", "postal_code", Q, lambda r, _: f"{r.choice(('SW', 'NW', 'EC', 'M', 'LS'))}{r.randint(1, 20)} {r.randint(1, 9)}{r.choice('ABDEFGH')}{r.choice('JLNPQ')}"),
    Spec("居住県", "home_prefecture", "kyoju_ken", "region", Q, lambda r, _: r.choice(PREFECTURES)),
    Spec("お住まいの市", "residence_city", "shi_mei", "city", Q, lambda r, _: r.choice(CITIES)),
    Spec("ご住所", "mailingAddress", "genjusho", "address", C, _street),
    Spec("海外住所", "addr_line1", "kaigai_juusho", "address", C, lambda r, _: f"{r.randint(1, 999)} {r.choice(LATIN_FAMILY)} {r.choice(('Street', 'Rd', 'Ave', 'Blvd'))}, {r.choice(('Leeds', 'Boston', 'Austin'))}"),
    Spec("誕生日", "DateOfBirth", "tanjoubi", "dob", Q, lambda r, _: _day(r, 1938, 2006).strftime("%Y%m%d")),
    Spec("出生日(和暦)", "birth_era", "shusshoubi", "dob", Q, lambda r, _: _era(_day(r, 1940, 2008))),
    Spec("入力年齢", "patient_age", "nenrei_sai", "age", Q, lambda r, _: r.randint(0, 99)),
    Spec("年齢階級", "ageBand", "nendai", "age", Q, lambda r, _: f"{r.randint(2, 8)}0代"),
    Spec("男女区分", "sex_cd", "danjo", "gender", Q, _pick("男性", "女性", "女性", "回答しない")),
    Spec("出身国", "citizenship", "shusshin_koku", "nationality", Q, _pick("日本", "日本", "日本", "ベトナム", "中国", "ネパール", "ブラジル", "韓国")),
    Spec("ご職業", "occupationDesc", "shigoto", "occupation", Q, _pick("会社員", "公務員", "看護師", "主婦", "学生", "無職", "トラック運転手", "保育士", "システムエンジニア", "パート")),
    Spec("勤め先名称", "employerName", "tsutomesaki", "employer", Q, lambda r, _: r.choice(("株式会社{}", "{}商事", "{}工業株式会社", "合同会社{}")).format(r.choice(FAMILY)), 0.3),
    Spec("最終学歴", "educ_level", "gakureki", "education", Q, _pick("高卒", "大卒", "院卒", "専門卒", "短大卒")),
    Spec("緯度経度", "latlng", "ido_keido", "geo", Q, lambda r, _: f"{r.uniform(31, 44):.6f},{r.uniform(130, 145):.6f}"),
    Spec("経度", "lon", "keido", "geo", Q, lambda r, _: round(r.uniform(130, 145), 6), 0),
    Spec("マイナンバー", "individual_no", "mai_nanbaa", "national_id", C, _my_number, 0.4),
    Spec("パスポートNo", "passportNo", "pasupooto", "passport", C, lambda r, _: f"{r.choice(('TK', 'TR', 'MZ', 'TS', 'TZ', 'MU'))}{_digits(r, 7)}", 0.5),
    Spec("免許No", "driverLicenseNumber", "menkyoshou_no", "drivers_license", C, _license, 0.3),
    Spec("年金手帳の番号", "basic_pension_no", "nenkin_techou", "pension_no", C, lambda r, _: f"{_digits(r, 4)}-{_digits(r, 6)}", 0.3),
    Spec("健康保険 記号・番号", "health_ins_no", "kenpo_bangou", "health_insurance_no", C, lambda r, _: f"記号{_digits(r, 4)} 番号{_digits(r, 3)}", 0.3),
    Spec("住民票コード", "juki_code", "juuminhyou_kodo", "resident_record", C, lambda r, _: _digits(r, 11), 0.5),
    Spec("在留カードNo", "residenceCard", "zairyuu_kaado", "residence_card", C, lambda r, _: f"{r.choice('ABCDEFGH')}{r.choice('ABCDEFGH')}{_digits(r, 8)}{r.choice('ABCDEFGH')}{r.choice('ABCDEFGH')}", 0.9),
    Spec("お振込先口座", "acctNo", "kouza_no", "bank_account", C, lambda r, _: f"{_digits(r, 4)}-{_digits(r, 3)}-普通{_digits(r, 7)}", 0.5),
    Spec("欧州口座", "IBAN", "oushuu_kouza", "bank_account", C, _iban, 0.8),
    Spec("クレカ", "cc_num", "kurejitto", "credit_card", C, lambda r, _: _luhn(r.choice(("4980", "5210", "3540")) + _digits(r, 11)), 0.4),
    Spec("ログインIP", "remoteAddr", "setsuzokumoto_ip", "ip", C, lambda r, _: f"192.168.{r.randint(0, 255)}.{r.randint(1, 254)}", 0),
    Spec("IPv6", "ipv6_addr", "aipii", "ip", C, lambda r, _: f"2001:db8:{r.randrange(65536):x}:{r.randrange(65536):x}::{r.randrange(1, 65536):x}", 0),
    Spec("セッションキー", "sessionId", "sesshon", "cookie_id", C, lambda r, _: f"sess_{r.randrange(16**24):024x}", 0),
    Spec("訪問者クッキー", "visitorCookie", "kukkii", "cookie_id", C, lambda r, _: str(uuid.UUID(int=r.getrandbits(128), version=4)), 0),
    Spec("ブラウザ情報", "http_ua", "burauza", "user_agent", Q, lambda r, _: f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/{r.randint(90, 130)}.0.{r.randint(1000, 9999)}.{r.randint(0, 99)} Safari/537.36", 0),
    Spec("MACアドレス", "hw_mac", "tanmatsu_mac", "device_id", C, lambda r, _: ":".join(f"{r.randrange(256):02x}" for _ in range(6)), 0),
    Spec("仮名化ID", "subject_hash", "kameika_id", "pseudonym", C, lambda _, i: hashlib.sha1(str(i).encode(), usedforsecurity=False).hexdigest(), 0),
    Spec("世帯年収（万円）", "annualIncomeJPY", "shotoku_gaku", "income", S, lambda r, _: r.randint(150, 2500), 0.2),
    Spec("診断名", "dx_diagnosis", "shindan_mei", "health", S, _pick("高血圧症", "2型糖尿病", "気管支喘息", "うつ病", "なし", "脂質異常症", "花粉症", "変形性膝関節症")),
    Spec("障がいの種別", "disabilityType", "shougai_kubun", "disability", S, _pick("なし", "なし", "身体障害", "知的障害", "精神障害")),
    Spec("信仰", "religiousAffiliation", "shuukyou", "religion", S, _pick("浄土真宗", "カトリック", "無宗教", "神道", "イスラム教", "曹洞宗"), 0.3),
    Spec("前科の有無", "convictionHistory", "zenka_umu", "criminal", S, _pick("なし", "なし", "なし", "あり"), 0),
    Spec("人種", "ethnicGroup", "jinshu", "race", S, _pick("Asian", "White", "Black", "Hispanic", "Other")),
    Spec("労組加入", "unionMember", "rouso", "union", S, _pick("組合員", "非組合員"), 0),
    Spec("顔写真ファイル", "facePhoto", "kao_shashin", "biometric", C, lambda _, i: f"face_{i:05d}.jpg", 0.1),
    Spec("ご要望・ご意見", "freeComment", "jiyuu_kijutsu", "free_text", C, _note, 0.4),
    Spec("会社法人等番号", "invoiceIssuerNo", "tekikaku_bangou", "corporate_no", N, _corporate, 0),
    Spec("バーコード", "EAN13", "baakoodo", "product_code", N, _ean, 0),
    Spec("伝票No", "slipNumber", "denpyou_no", "order_no", N, lambda r, _: _digits(r, 12), 0),
    Spec("貸出番号", "loan_no", "yoyaku_no", "order_no", N, lambda _, i: f"L{i:07d}", 0),
    Spec("契約開始日", "effectiveDate", "keiyaku_kaishibi", "date", N, lambda r, _: _day(r, 2018, 2026).strftime("%Y/%m/%d"), 0),
    Spec("更新日時", "lastModifiedAt", "koushin_nichiji", "date", N, lambda r, _: f"{_day(r, 2023, 2025)} {r.randint(0, 23):02d}:{r.randint(0, 59):02d}:00", 0),
    Spec("単価", "unitPrice", "tanka", "amount", N, lambda r, _: r.randint(100, 99_999), 0),
    Spec("室温", "room_temp_c", "shitsuon", "amount", N, lambda r, _: round(r.uniform(15, 30), 1), 0),
    Spec("氏名欄の温度", "sensor_name_temp", "sokutei_chi", "amount", N, lambda r, _: round(r.uniform(-5, 35), 2), 0),
    Spec("品目名", "itemDescription", "hinmei", "product_name", N, _pick("ボールペン 黒", "ノート A5", "クリアファイル", "ホッチキス", "マーカー 赤", "付箋 75mm")),
    Spec("営業所", "branchOffice", "eigyousho", "shop", N, _pick("鎌倉営業所", "豊中営業所", "函館支店", "那覇支店")),
    Spec("進捗", "progressStatus", "shinchoku", "category", N, _pick("未着手", "進行中", "完了", "保留"), 0),
    Spec("満足度（5段階）", "csatScore", "manzokudo", "rating", N, lambda r, _: r.randint(1, 5)),
    Spec("アプリ版", "appVersion", "apuri_ban", "version", N, lambda r, _: f"{r.randint(1, 4)}.{r.randint(0, 20)}.{r.randint(0, 9)}.{r.randint(1, 250)}", 0),
    Spec("倉庫の住所", "warehouseAddress", "souko_juusho", "address", N, lambda r, _: r.choice(("千葉倉庫 A棟", "川崎倉庫 3F", "神戸倉庫 南")), 0),
    Spec("色", "colour", "iro", "category", N, _pick("Black", "White", "Brown", "Green", "Gray"), 0),
    Spec("部署名", "deptName", "busho", "category", N, _pick("営業部", "経理部", "人事部", "開発部", "総務部"), 0),
    Spec("チェックサム", "fileChecksum", "chekkusamu", "order_no", N, lambda _, i: hashlib.md5(f"x{i}".encode(), usedforsecurity=False).hexdigest(), 0),
    Spec("商品レビュー点", "reviewPoints", "rebyuu_ten", "rating", N, lambda r, _: round(r.uniform(1, 5), 1), 0),
)


def people_table(records: int = 1_200, seed: int = SEED) -> dict[str, list[object]]:
    """Make the table, its columns named by the Japanese headings."""
    table: dict[str, list[object]] = {}
    for spec in SPECS:
        r = random.Random(f"{seed}:{spec.ja}")
        made = [spec.make(r, i) for i in range(records)]
        table[spec.ja] = [None if r.random() < spec.missing else value for value in made]
    return table

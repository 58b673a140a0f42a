"""Recognizers of numbers and codes given to one person, and of traces a device leaves.

The individual identification codes are those of Article 2(2) of the Act on the Protection of
Personal Information and its Cabinet Order.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govkit.data.classify import validators
from govkit.data.classify.recognizer import AppiClass, Recognizer, Role

if TYPE_CHECKING:
    from govkit.data.classify.column import Column

__all__ = ["CODES"]

_SEP = r"[\s-]?"
_CODE = r"(?=.*\d)[\w./ ・()-]{3,40}"
_FEWEST = 12


def _passport_letters(column: Column) -> str | None:
    japanese = column.share(value[0] in "TMtm" for value in column.values)
    kinds = {value[:2] for value in column.values}
    if japanese > 0.9 and len(kinds) >= min(5, len(column.values)):  # noqa: PLR2004
        return None
    return "two letters and seven digits are also a common form of product codes"


def _insurer_words(column: Column) -> str | None:
    worded = column.share(re.search(r"協会|組合|国保|共済|後期|記号|保険", v) for v in column.values)
    return None if worded > 0.25 else "two numbers with a hyphen can be many things"  # noqa: PLR2004


def _addresses_not_versions(column: Column) -> str | None:
    """Tell addresses of machines from versions with four parts: their parts run to 255."""
    parts = [[int(p) for p in re.findall(r"\d+", v)[:4]] for v in column.values if v.count(".") >= 3]  # noqa: PLR2004
    if not parts:
        return None
    wide = sum(part[0] > 30 for part in parts) / len(parts)  # noqa: PLR2004
    private = sum(part[0] == 10 or part[:2] == [192, 168] for part in parts) / len(parts)  # noqa: PLR2004
    if wide > 0.6 or private > 0.8:  # noqa: PLR2004
        return None
    return "they begin with numbers as small as those of versions"


def _leading_digits(column: Column) -> str | None:
    """Ask that the first two digits are codes of the public safety commissions, 10 to 97."""
    return None if column.share("10" <= v[:2] <= "97" for v in column.values) > 0.9 else "prefixes"  # noqa: PLR2004


def _many(column: Column) -> str | None:
    return None if len(column.values) >= _FEWEST else "too few different values"


_CODE_LAW = {"role": Role.DIRECT, "appi_class": AppiClass.CODE}
_TRACE = {"role": Role.DIRECT, "appi_class": AppiClass.REFERABLE}

_IDENTIFICATION = (
    Recognizer(
        name="my_number", type="national_id", category="user.government_id.national_identification_number", **_CODE_LAW,  # type: ignore[arg-type]
        words="個人番号 マイナンバー マイナ番号 個人番号カード こじんばんごう まいなんばー まいなんばあ my_number mynumber individual_number kojin_bango",
        pattern=rf"\d{{4}}{_SEP}\d{{4}}{_SEP}\d{{4}}", valid=lambda v: validators.standard("jp.in_")(validators.digits(v)),
        chance=0.11, alone=0.97, plausible=r"\d[\d\s-]{10,14}", what="pass the check digit of My Number",
    ),
    Recognizer(
        name="drivers_license", type="drivers_license", category="user.government_id.drivers_license_number", **_CODE_LAW,  # type: ignore[arg-type]
        words="運転免許証番号 運転免許番号 免許証番号 免許番号 運転免許証 運転免許 免許 免許証 うんてんめんきょ うんてんめんきょしょう めんきょ めんきょしょう めんきょばんごう "
              "drivers_license driver_license driving_license drivers_licence driving_licence license_no licence_no dl_no dln license_number licence_number menkyo",
        pattern=rf"\d{{4}}{_SEP}\d{{4}}{_SEP}\d{{4}}", valid=validators.drivers_license, chance=0.11, alone=0.96, also=_leading_digits,
        plausible=_CODE, what="pass the check digit of driver's licenses",
    ),
    Recognizer(
        name="passport", type="passport", category="user.government_id.passport_number", **_CODE_LAW,  # type: ignore[arg-type]
        words="旅券番号 旅券 パスポート パスポート番号 りょけん りょけんばんごう ぱすぽーと passport passport_no passport_number ryoken",
        pattern=r"[A-Z]{2}\d{7}", also=_passport_letters, alone=0.88, least=0.9, plausible=r"[A-Z]{0,2}\d{6,9}",
        what="are written like Japanese passport numbers",
    ),
    Recognizer(
        name="pension_number", type="pension_no", category="user.government_id", **_CODE_LAW,  # type: ignore[arg-type]
        words="基礎年金番号 年金番号 年金 年金手帳 年金手帳番号 ねんきん ねんきんばんごう きそねんきん きそねんきんばんごう pension_no pension_number basic_pension_number pension nenkin",
        pattern=r"\d{4}-\d{6}", least=0.9, alone=0.85, plausible=r"\d{4}[\s-]?\d{6}", what="are written like basic pension numbers",
    ),
    Recognizer(
        name="health_insurance", type="health_insurance_no", category="user.health_and_medical.insurance_beneficiary_id", **_CODE_LAW,  # type: ignore[arg-type]
        words="保険者記号番号 被保険者番号 被保険者記号番号 保険証番号 保険証 健康保険証 健康保険 保険記号 保険番号 保険者番号 記号番号 被保険者記号 健康保険番号 被保険者証番号 介護保険番号 介護保険 "
              "ほけん ほけんしょう ほけんしょうばんごう ほけんきごう ほけんばんごう ひほけんしゃばんごう けんこうほけん きごうばんごう "
              "health_insurance insurance_no insurance_number insurance_id insured_no policy_holder_no hoken hihokensha beneficiary_id",
        pattern=r"(?:[^\W\d_]{1,12}\s?)?\d{1,8}(?:[-・/ ]|の)\d{1,8}(?:-\d{2}|\(枝番\)\d+)?|記号\s?\d+\s?番号\s?\d+", also=_insurer_words,
        least=0.85, alone=0.85, plausible=r"(?=.*\d)[^@.]{4,30}", what="are written like symbols and numbers of the insured",
    ),
    Recognizer(
        name="resident_record_code", type="resident_record", category="user.government_id", **_CODE_LAW,  # type: ignore[arg-type]
        words="住民票コード 住民コード 住民票番号 じゅうみんひょう じゅうみんひょうこーど resident_record_code resident_code juminhyo juki",
        plausible=r"\d{11}|\d{5}[\s-]\d{6}|\d{4}[\s-]\d{4}[\s-]\d{3}",
    ),
    Recognizer(
        name="residence_card", type="residence_card", category="user.government_id.immigration", **_CODE_LAW,  # type: ignore[arg-type]
        words="在留カード 在留カード番号 在留番号 外国人登録番号 ざいりゅう ざいりゅうかーど residence_card residence_card_no zairyu alien_registration",
        pattern=r"[A-Z]{2}\d{8}[A-Z]{2}", least=0.9, alone=0.93, plausible=r"[A-Z]{0,2}\d{8,10}[A-Z]{0,2}", what="are written like residence card numbers",
    ),
    Recognizer(
        name="us_ssn", type="national_id", category="user.government_id.national_identification_number", role=Role.DIRECT,
        words="社会保障番号 しゃかいほしょう しゃかいほしょうばんごう ssn us_ssn social_security social_security_number social_security_no",
        pattern=r"\d{3}-\d{2}-\d{4}", valid=validators.standard("us.ssn"), least=0.8, alone=0.95, plausible=r"\d{3}[\s-]?\d{2}[\s-]?\d{4}",
        what="are valid US social security numbers",
    ),
    Recognizer(
        name="national_id_abroad", type="national_id", category="user.government_id.national_identification_number", role=Role.DIRECT,
        words="国民識別番号 住民登録番号 身分証番号 納税者番号 みぶんしょう national_id national_id_no nin nino citizen_id identity_card id_card tax_id tin aadhaar cpf dni rrn nric "
              "codice_fiscale insee",
        pattern=r"\d{6}-\d{7}|\d{17}[\dX]|[12]\d{12,14}|\d{3}\.\d{3}\.\d{3}-\d{2}|\d{8}[A-Z]|[XYZ]\d{7}[A-Z]|[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]",
        valid=validators.any_standard("kr.rrn", "cn.ric", "fr.nir", "br.cpf", "es.dni", "es.nie", "it.codicefiscale"), chance=0.05, least=0.8,
        alone=0.9, plausible=_CODE, what="are valid national identification numbers of other countries",
    ),
)  # fmt: skip

_MONEY = (
    Recognizer(
        name="bank_account", type="bank_account", category="user.financial.bank_account", role=Role.DIRECT,
        words="口座番号 銀行口座 口座 振込口座 振込先 振込先口座 預金口座 引落口座 口座情報 ゆうちょ 通帳番号 こうざ こうざばんごう ふりこみ ふりこみさき ふりこみこうざ ぎんこうこうざ つうちょう "
              "bank_account account_no account_number acct_no acct bank_acct account_num koza",
        pattern=r"\d{4}-\d{3}-(?:[普当]\D{0,3})?\d{6,7}|1\d{4}-\d{6,7}1|.{2,20}銀行.{1,20}支店.{0,8}\d{7}", least=0.85, alone=0.9,
        plausible=r"(?=.*\d).{6,50}", what="are written like bank, branch and account",
    ),
    Recognizer(
        name="iban", type="bank_account", category="user.financial.bank_account", role=Role.DIRECT,
        words="国際口座番号 国際口座 こくさいこうざ iban iban_no international_bank_account",
        pattern=r"[A-Z]{2}\d{2}[A-Z0-9 ]{10,34}", valid=validators.standard("iban"), chance=0.01, least=0.8, alone=0.98,
        plausible=r"[A-Z]{2}\d{2}[A-Z0-9 ]{8,34}", what="are valid IBANs",
    ),
    Recognizer(
        name="credit_card", type="credit_card", category="user.financial.credit_card", role=Role.DIRECT,
        words="クレジットカード クレジットカード番号 カード番号 クレカ クレカ番号 カード くれじっとかーど かーどばんごう くれか credit_card creditcard card_no card_number cc_number ccn cc_no pan "
              "card_num debit_card",
        pattern=r"(?:\d[ -]?){12,18}\d", valid=validators.card, chance=0.1, alone=0.95, plausible=r"[\d*xX][\d*xX -]{11,24}",
        what="have an issuer's prefix and pass Luhn's check digit",
    ),
    Recognizer(
        name="credentials", type="credentials", category="user.authorization.credentials", role=Role.DIRECT,
        words="パスワード 暗証番号 秘密の質問 あんしょうばんごう ぱすわーど password passwd pwd pin pin_code passcode secret_answer passphrase cvv cvc",
        plausible=r".{3,200}",
    ),
)  # fmt: skip

_TRACES = (
    Recognizer(
        name="ip_address", type="ip", category="user.device.ip_address", **_TRACE,  # type: ignore[arg-type]
        words="IPアドレス アイピーアドレス 接続元 接続元IP せつぞくもと あいぴー あいぴーあどれす ip ip_address ipaddr ip_addr ipv4 ipv6 client_ip remote_addr remote_ip source_ip src_ip user_ip host_ip login_ip",
        pattern=r"(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5}|/\d{1,2})?|(?=.*:.*:)[0-9a-f:.]{3,45}", valid=validators.ip, also=_addresses_not_versions,
        least=0.85, alone=0.93, plausible=r"[0-9a-f.:/x*]{3,50}", what="are IP addresses",
    ),
    Recognizer(
        name="cookie_id", type="cookie_id", category="user.device.cookie_id", **_TRACE,  # type: ignore[arg-type]
        words="クッキー クッキーID セッション セッションID 訪問者ID ビジターID トラッキングID 閲覧者 くっきー くっきい せっしょん ほうもんしゃid "
              "cookie cookie_id cookieid session session_id sessionid sid visitor_id visitor_uuid client_id tracking_id ga_id anonymous_id houmonsha houmonsha_id "
              "browser_id fingerprint_id user_uuid uuid guid",
        pattern=r"GA\d\.\d\.\d+\.\d+|fb\.\d\.\d+\.\d+|amzn1\.\S+|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\{[0-9A-F-]{36}\}|(?:sess|sid|ck|cookie)[_-]\w{8,}",
        also=_many, least=0.9, alone=0.75, plausible=r"[\w.:{}=+/%|-]{6,200}", what="are identifiers as browsers and devices get",
    ),
    Recognizer(
        name="user_agent", type="user_agent", category="user.device", role=Role.QUASI, appi_class=AppiClass.REFERABLE,
        words="ユーザーエージェント ブラウザ ブラウザー ゆーざーえーじぇんと ぶらうざ user_agent useragent ua browser http_user_agent",
        pattern=r"(?:Mozilla|Opera|Dalvik|okhttp|curl|CFNetwork|Safari)/\d.*", least=0.8, alone=0.97, plausible=r"(?=.*[a-z]).{3,}", what="are user agents",
    ),
    Recognizer(
        name="device_id", type="device_id", category="user.device.device_id", **_TRACE,  # type: ignore[arg-type]
        words="端末ID 端末識別番号 端末識別子 デバイスID 広告ID MACアドレス 個体識別番号 たんまつid "
              "device_id deviceid device_uuid mac mac_address macaddr imei imsi iccid meid idfa idfv gaid aaid advertising_id ad_id android_id udid hardware_id",
        pattern=r"(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}", least=0.9, alone=0.9, plausible=r"[\w:.{}-]{8,64}",
        what="are addresses of network devices",
    ),
    Recognizer(
        name="pseudonym", type="pseudonym", category="user.unique_id.pseudonymous", role=Role.DIRECT,
        words="ハッシュ ハッシュ値 仮名 仮ID 仮名ID 匿名ID 研究ID はっしゅ かめい hash hashed sha sha1 sha256 md5 pseudonym pseudo_id pseudonymous digest token anon_id anonymized_id research_id subject_id",
        pattern=r"(?:sha\d+:|md5:)?(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})|[A-Za-z0-9+/]{43}=", also=_many,
        least=0.9, alone=0.8, plausible=r"[\w+/=:.$-]{6,200}", what="are digests, as pseudonyms are made",
    ),
    Recognizer(
        name="social_account", type="social_account", category="user.social", role=Role.DIRECT,
        words="SNSアカウント ツイッター インスタグラム フェイスブック ライン アカウント名 ニックネーム ハンドルネーム ついったー にっくねーむ twitter instagram facebook line_id "
              "sns sns_id handle nickname screen_name username user_name login login_id login_name account_id skype wechat",
        pattern=r"@[A-Za-z0-9_.]{2,30}", least=0.9, alone=0.8, plausible=r"\S.{1,59}", what="are handles of social networks",
    ),
    Recognizer(
        name="customer_number", type="internal_id", category="user.unique_id", role=Role.DIRECT,
        words="顧客番号 顧客コード 顧客ID お客様番号 会員番号 会員ID 社員番号 社員コード 職員番号 従業員番号 従業員コード 患者番号 患者ID 診察券番号 カルテ番号 学籍番号 学生番号 受験番号 受付番号 利用者番号 "
              "契約者番号 ユーザーID 個人ID 登録番号 ポイントカード しんさつけん がくせきばんごう じゅけんばんごう customer_id customer_no customer_code member_id member_no employee_id employee_no emp_no staff_id patient_id mrn "
              "medical_record_number student_id user_id userid uid person_id participant_id applicant_id loyalty_id subscriber_id client_code personal_id household_id 世帯番号 世帯ID",
        plausible=r"[\w#/: -]{1,64}",
    ),
)  # fmt: skip

CODES: tuple[Recognizer, ...] = (*_IDENTIFICATION, *_MONEY, *_TRACES)

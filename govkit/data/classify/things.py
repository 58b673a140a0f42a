"""Recognizers of what is not about a person: so that it is left alone, and named.

Each is a rival of a personal kind: a corporate number of My Number, a version of an IP address,
an order's day of a birth day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govkit.data.classify import validators
from govkit.data.classify.recognizer import Recognizer

if TYPE_CHECKING:
    from govkit.data.classify.column import Column

__all__ = ["THINGS"]

_CODE = r"[\w./ #:-]{1,60}"
_AMOUNT = r"[¥$€-]?\s?\d[\d,.]*(?:e[+-]?\d+)?\s?(?:円|千円|万円|%|％|[a-z°℃]{1,4})?"


def _few(column: Column) -> str | None:
    return None if len(column.values) * 5 <= column.filled else "nearly as many values as records"


def _measured(column: Column) -> str | None:
    """Ask for numbers that no person is counted by: with a point, or negative."""
    if column.numbers and (min(column.numbers) < 0 or column.decimals >= 1):
        return None
    return "whole numbers can be ages, codes or incomes"


THINGS: tuple[Recognizer, ...] = (
    Recognizer(
        name="corporate_number", type="corporate_no",
        words="法人番号 法人コード 適格請求書番号 登録番号 インボイス番号 ほうじん ほうじんばんごう corporate_number corporate_no corporation_number houjin_bangou hojin company_id "
              "company_no company_code duns vat_no 会社コード 企業コード 証券コード",
        pattern=r"T?\d{13}", valid=lambda v: validators.standard("jp.cn")(v.upper().lstrip("T")), chance=0.11, alone=0.97, plausible=_CODE,
        what="pass the check digit of corporate numbers",
    ),
    Recognizer(
        name="product_code", type="product_code",
        words="JANコード 商品コード 商品番号 製品番号 品番 型番 JAN ISBN バーコード 製造番号 じゃんこーど しょうひんこーど ひんばん jan jan_code ean ean13 upc gtin barcode sku isbn product_code product_id "
              "item_code item_no item_id part_no model_no serial_no serial_number asin",
        pattern=r"\d{8}|\d{12,14}", valid=validators.standard("ean"), chance=0.11, least=0.9, alone=0.96, plausible=_CODE,
        what="pass the check digit of article codes",
    ),
    Recognizer(
        name="order_number", type="order_no",
        words="注文番号 注文ID 受注番号 発注番号 伝票番号 請求書番号 取引番号 取引ID 予約番号 追跡番号 送り状番号 問い合わせ番号 管理番号 契約番号 案件番号 ちゅうもんばんごう でんぴょうばんごう "
              "order_id order_no order_number invoice_no invoice_number transaction_id txn_id tracking_no tracking_number receipt_no ticket_id ticket_no po_number booking_id reservation_no batch_no "
              "request_id trace_id row_id record_id rowid row_number line_no commit commit_hash checksum file_hash file_md5 etag file_sha256 build_id 店舗コード 店舗番号 支店コード 部署コード store_id shop_id dept_code "
              "銀行コード bank_code branch_code 支店番号 city_code 市区町村コード 都道府県コード 地方公共団体コード 団体コード pref_code jis_code area_code industry_code 業種コード",
        plausible=_CODE,
    ),
    Recognizer(
        name="date", type="date",
        words="注文日 登録日 更新日 作成日 申込日 契約日 購入日 発送日 納品日 請求日 支払日 入会日 退会日 入社日 退社日 入金日 有効期限 開始日 終了日 来院日 受診日 受付日 出荷日 訪問日 面接日 発行日 設立日 設立年月日 創業日 竣工日 測定日 "
              "受注日 公開日 取引日 ちゅうもんび とうろくび こうしんび けいやくび さくせいび きじゅんび "
              "created_at updated_at created_on updated_on order_date created_date modified_date start_date end_date due_date expiry expiry_date expiration_date expires hire_date "
              "joined_at join_date registered_at timestamp purchase_date delivery_date payment_date invoice_date established founded release_date visit_date 年度 会計年度 fiscal_year year",
        pattern=r".{6,26}", valid=lambda value: validators.day(value) is not None, least=0.9, alone=0.55,
        plausible=r"(?=.*\d).{4,40}", what="are days",
    ),
    Recognizer(
        name="time", type="date", pattern=r"(?:[12]\d{3}[-/]\d{1,2}[-/]\d{1,2}[ T])?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s?(?:Z|[+-]\d{2}:?\d{2}|UTC|[AP]M)?|[12]\d{3}[-/]\d{1,2}|[12]\d{3}年\d{1,2}月",
        least=0.9, alone=0.75, what="are points of time or months",
    ),
    Recognizer(
        name="amount", type="amount",
        words="金額 価格 単価 売上 売上高 合計 小計 税額 数量 個数 件数 注文金額 購入金額 請求金額 支払金額 利用金額 費用 原価 割引 ポイント 在庫数 きんがく かかく たんか うりあげ ごうけい すうりょう "
              "amount price total subtotal unit_price cost sales revenue quantity qty tax discount fee count num_items volume weight length width height size points sum stock units shipping "
              "average avg mean max min std ratio rate percent percentage temperature temp 気温 温度 湿度 降水量 重量 長さ 面積 体積 距離 距離km 時間 duration elapsed distance area speed pressure humidity voltage "
              "スコア score latency bytes 身長計 人数 比率 割合 率 変化量 標高 elevation depth energy power frequency",
        pattern=_AMOUNT, also=_measured, least=0.95, alone=0.55, plausible=_AMOUNT, what="are measured numbers",
    ),
    Recognizer(
        name="rating", type="rating", words="評価 評点 点数 満足度 レビュー点 星 順位 ランク ひょうか てんすう まんぞくど じゅんい rating stars grade rank satisfaction nps level priority",
        plausible=r"[\w.★☆ ()+-]{1,20}",
    ),
    Recognizer(
        name="status", type="category",
        words="状態 ステータス 状況 区分 種別 分類 フラグ 有効 種類 カテゴリ カテゴリー 支払方法 決済方法 配送方法 会員ランク 会員種別 チャネル 色 カラー サイズ 曜日 天気 単位 通貨 言語 じょうたい じょうきょう くぶん しゅべつ ぶんるい しゅるい ふらぐ "
              "status state_flag flag kind type category class segment channel active enabled is_active is_deleted deleted payment_method shipping_method plan tier mode color colour weekday "
              "unit currency language locale 部署 部署名 部門 所属部署 department dept division section 業種 業界 industry",
        plausible=r".{1,40}", also=_few,
    ),
    Recognizer(
        name="version", type="version", words="バージョン 版 版数 ファームウェア 型式 ばーじょん はんすう version ver firmware fw release revision rev build app_version os_version sdk_version",
        pattern=r"v?\d{1,4}(?:\.\d{1,5}){2,4}(?:[-+.][\w.]+)?", least=0.9, alone=0.7, plausible=r"[\w. +()-]{1,40}", what="are written like versions",
    ),
    Recognizer(
        name="product_name", type="product_name",
        words="商品名 製品名 品名 商品 商品名称 品目名 書名 タイトル 曲名 しょうひんめい ひんめい product_name product item_name item goods_name product_title book_title 件名 題名 subject_line title_of_work",
        plausible=r".{1,200}",
    ),
    Recognizer(
        name="shop", type="shop",
        words="店舗名 店舗 店名 支店名 店舗名称 施設名 病院名 学校名 営業所名 拠点名 事業所名 てんぽ てんめい してんめい しせつめい store_name shop_name branch_name shop store facility_name hospital_name school_name "
              "venue_name merchant_name outlet 取引先名 仕入先名 取引先 仕入先 supplier_name vendor_name supplier vendor メーカー名 ブランド名 brand_name manufacturer_name station_name 駅名 路線名 銀行名 bank_name 加盟店名 業者名",
        plausible=r".{1,100}",
    ),
    Recognizer(name="label", type="label", plausible=r".{1,200}"),
    Recognizer(name="organization", type="organization", plausible=r".{1,200}"),
    Recognizer(
        name="link", type="url", words="URL リンク ホームページ ウェブサイト url link website homepage uri href site_url image_url file_path path filename file_name ファイル名",
        pattern=r"(?:https?|ftp|s3|gs)://\S+|/(?:[\w.-]+/)+[\w.-]*", least=0.9, alone=0.7, plausible=r"\S+", what="are addresses of pages or files",
    ),
    Recognizer(
        name="truth_value", type="category", pattern=r"true|false|yes|no|y|n|[01]|はい|いいえ|有|無|あり|なし|○|×|on|off|t|f", least=0.98, alone=0.3, what="are yes or no",
    ),
)  # fmt: skip

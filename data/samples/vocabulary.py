"""What the invented people are drawn from: common words and rough frequencies.

Names are ordinary Japanese family and given names with weights that follow how common they
are, given names by the years in which they were popular. Populations of prefectures and
municipalities are rounded (in units of 10,000 people). Nothing here describes a real person.
"""

from datetime import date

CLOSING_DAY = date(2026, 3, 31)  # ages are counted on this day; the files cover the year before it


def table(text: str) -> list[list[str]]:
    """Split a block of words into its lines and their cells."""
    return [line.split() for line in text.strip().splitlines()]


FAMILY_NAMES = table("""
佐藤 サトウ sato 188
鈴木 スズキ suzuki 180
高橋 タカハシ takahashi 138
髙橋 タカハシ takahashi 4
田中 タナカ tanaka 134
伊藤 イトウ ito 108
渡辺 ワタナベ watanabe 107
渡邉 ワタナベ watanabe 9
山本 ヤマモト yamamoto 106
中村 ナカムラ nakamura 105
小林 コバヤシ kobayashi 104
加藤 カトウ kato 90
吉田 ヨシダ yoshida 84
山田 ヤマダ yamada 82
佐々木 ササキ sasaki 68
山口 ヤマグチ yamaguchi 65
松本 マツモト matsumoto 64
井上 イノウエ inoue 62
木村 キムラ kimura 58
林 ハヤシ hayashi 55
斎藤 サイトウ saito 54
齋藤 サイトウ saito 20
清水 シミズ shimizu 54
山崎 ヤマザキ yamazaki 44
山﨑 ヤマサキ yamasaki 5
森 モリ mori 47
池田 イケダ ikeda 45
橋本 ハシモト hashimoto 45
阿部 アベ abe 45
石川 イシカワ ishikawa 43
山下 ヤマシタ yamashita 42
中島 ナカジマ nakajima 40
石井 イシイ ishii 39
小川 オガワ ogawa 39
前田 マエダ maeda 38
岡田 オカダ okada 38
長谷川 ハセガワ hasegawa 38
藤田 フジタ fujita 38
後藤 ゴトウ goto 37
近藤 コンドウ kondo 37
村上 ムラカミ murakami 36
遠藤 エンドウ endo 34
青木 アオキ aoki 30
坂本 サカモト sakamoto 30
福田 フクダ fukuda 28
太田 オオタ ota 27
西村 ニシムラ nishimura 26
藤井 フジイ fujii 26
岡本 オカモト okamoto 24
三浦 ミウラ miura 23
松田 マツダ matsuda 23
原田 ハラダ harada 21
小野 オノ ono 19
竹内 タケウチ takeuchi 18
中山 ナカヤマ nakayama 17
和田 ワダ wada 16
石田 イシダ ishida 16
森田 モリタ morita 15
柴田 シバタ shibata 14
酒井 サカイ sakai 13
宮崎 ミヤザキ miyazaki 12
安藤 アンドウ ando 11
島田 シマダ shimada 10
谷口 タニグチ taniguchi 10
今井 イマイ imai 9
高木 タカギ takagi 8
大塚 オオツカ otsuka 7
杉山 スギヤマ sugiyama 7
新垣 アラカキ arakaki 3
比嘉 ヒガ higa 3
小鳥遊 タカナシ takanashi 0.4
四月一日 ワタヌキ watanuki 0.2
""")

# First birth year of a fashion, then its names from the most common to the least.
FEMALE_NAMES = {
    1930: "和子/カズコ/kazuko 幸子/サチコ/sachiko 節子/セツコ/setsuko 洋子/ヨウコ/yoko "
    "弘子/ヒロコ/hiroko 文子/フミコ/fumiko 美代子/ミヨコ/miyoko 久子/ヒサコ/hisako "
    "キヨ/キヨ/kiyo 千代/チヨ/chiyo",
    1952: "恵子/ケイコ/keiko 京子/キョウコ/kyoko 由美子/ユミコ/yumiko 久美子/クミコ/kumiko "
    "明美/アケミ/akemi 裕子/ユウコ/yuko 真由美/マユミ/mayumi 幸子/サチコ/sachiko "
    "洋子/ヨウコ/yoko 悦子/エツコ/etsuko",
    1968: "智子/トモコ/tomoko 陽子/ヨウコ/yoko 裕子/ユウコ/yuko 直美/ナオミ/naomi "
    "純子/ジュンコ/junko 香織/カオリ/kaori 久美子/クミコ/kumiko 美穂/ミホ/miho "
    "恵/メグミ/megumi 理恵/リエ/rie",
    1982: "愛/アイ/ai 麻衣/マイ/mai 彩/アヤ/aya 沙織/サオリ/saori 恵/メグミ/megumi "
    "美穂/ミホ/miho 千尋/チヒロ/chihiro 美咲/ミサキ/misaki 舞/マイ/mai 綾/アヤ/aya",
    1995: "美咲/ミサキ/misaki 葵/アオイ/aoi 陽菜/ヒナ/hina さくら/サクラ/sakura "
    "結衣/ユイ/yui 七海/ナナミ/nanami 萌/モエ/moe 凛/リン/rin 優花/ユウカ/yuka "
    "美優/ミユ/miyu",
}
MALE_NAMES = {
    1930: "清/キヨシ/kiyoshi 勇/イサム/isamu 博/ヒロシ/hiroshi 茂/シゲル/shigeru "
    "正/タダシ/tadashi 進/ススム/susumu 実/ミノル/minoru 昭/アキラ/akira "
    "三郎/サブロウ/saburo 弘/ヒロシ/hiroshi",
    1952: "誠/マコト/makoto 隆/タカシ/takashi 浩/ヒロシ/hiroshi 修/オサム/osamu "
    "和夫/カズオ/kazuo 豊/ユタカ/yutaka 明/アキラ/akira 健一/ケンイチ/kenichi "
    "茂/シゲル/shigeru 幸雄/ユキオ/yukio",
    1968: "健一/ケンイチ/kenichi 哲也/テツヤ/tetsuya 直樹/ナオキ/naoki 剛/ツヨシ/tsuyoshi "
    "英樹/ヒデキ/hideki 大輔/ダイスケ/daisuke 浩二/コウジ/koji 達也/タツヤ/tatsuya "
    "学/マナブ/manabu 智/サトシ/satoshi",
    1982: "大輔/ダイスケ/daisuke 健太/ケンタ/kenta 拓也/タクヤ/takuya 翔太/ショウタ/shota "
    "達也/タツヤ/tatsuya 和也/カズヤ/kazuya 亮/リョウ/ryo 直人/ナオト/naoto "
    "翔/ショウ/sho 雄太/ユウタ/yuta",
    1995: "翔/ショウ/sho 大輝/ダイキ/daiki 蓮/レン/ren 拓海/タクミ/takumi 海斗/カイト/kaito "
    "陸/リク/riku 颯太/ソウタ/sota 翼/ツバサ/tsubasa 悠斗/ユウト/yuto 大翔/ヒロト/hiroto",
}

# Nationality, weight, family names, female and male given names.
FOREIGN_NAMES = table("""
中国 30 Wang/ワン,Li/リー,Zhang/チャン,Chen/チェン Fang/ファン,Jing/ジン Wei/ウェイ,Hao/ハオ
ベトナム 22 Nguyen/グエン,Tran/チャン,Pham/ファム Lan/ラン,Linh/リン Minh/ミン,Duc/ドゥック
韓国 16 Kim/キム,Lee/イ,Park/パク Jisoo/ジス,Minseo/ミンソ Junho/ジュノ,Minjun/ミンジュン
フィリピン 11 Santos/サントス,Reyes/レイエス Maria/マリア,Grace/グレース Jose/ホセ,Mark/マーク
ネパール 7 Gurung/グルン,Thapa/タパ Sita/シタ,Anju/アンジュ Ram/ラム,Bikash/ビカス
ブラジル 6 Silva/シルバ,Souza/ソウザ Ana/アナ,Julia/ジュリア Pedro/ペドロ,Lucas/ルーカス
米国 5 Wilson/ウィルソン,Garcia/ガルシア Emily/エミリー,Anne/アン Paul/ポール,James/ジェームズ
インド 4 Sharma/シャルマ,Patel/パテル Priya/プリヤ,Anita/アニタ Rahul/ラフル,Arjun/アルジュン
""")

# Name, Japanese name, population, first and last three-digit postcode area.
PREFECTURES = table("""
Hokkaido 北海道 522 40 99
Aomori 青森県 124 30 39
Iwate 岩手県 121 20 29
Miyagi 宮城県 230 980 989
Akita 秋田県 96 10 19
Yamagata 山形県 107 990 999
Fukushima 福島県 183 960 979
Ibaraki 茨城県 287 300 319
Tochigi 栃木県 193 320 329
Gunma 群馬県 194 370 379
Saitama 埼玉県 734 330 369
Chiba 千葉県 628 260 299
Tokyo 東京都 1405 100 208
Kanagawa 神奈川県 924 210 259
Niigata 新潟県 220 940 959
Toyama 富山県 103 930 939
Ishikawa 石川県 113 920 929
Fukui 福井県 77 910 919
Yamanashi 山梨県 81 400 409
Nagano 長野県 205 380 399
Gifu 岐阜県 198 500 509
Shizuoka 静岡県 363 410 439
Aichi 愛知県 754 440 498
Mie 三重県 177 510 519
Shiga 滋賀県 141 520 529
Kyoto 京都府 258 600 629
Osaka 大阪府 884 530 599
Hyogo 兵庫県 547 650 679
Nara 奈良県 132 630 639
Wakayama 和歌山県 92 640 649
Tottori 鳥取県 55 680 689
Shimane 島根県 67 690 699
Okayama 岡山県 189 700 719
Hiroshima 広島県 280 720 739
Yamaguchi 山口県 134 740 759
Tokushima 徳島県 72 770 779
Kagawa 香川県 95 760 769
Ehime 愛媛県 133 790 799
Kochi 高知県 69 780 789
Fukuoka 福岡県 514 800 839
Saga 佐賀県 81 840 849
Nagasaki 長崎県 131 850 859
Kumamoto 熊本県 174 860 869
Oita 大分県 112 870 879
Miyazaki 宮崎県 107 880 889
Kagoshima 鹿児島県 159 890 899
Okinawa 沖縄県 147 900 907
""")

MUNICIPALITIES = table("""
横浜市 377
川崎市 154
さいたま市 132
世田谷区 94
千葉市 97
練馬区 75
大田区 75
足立区 69
相模原市 72
船橋市 64
川口市 59
八王子市 58
宇都宮市 52
前橋市 33
水戸市 27
甲府市 19
小田原市 19
三島市 11
銚子市 6
富士吉田市 5
館山市 4.5
秩父市 6
下田市 2
熱海市 3.5
大阪市 40
名古屋市 40
仙台市 30
福岡市 20
札幌市 20
箱根町 1.1
八丈町 0.7
檜原村 0.5
""")

# Age bands by their lower end: how many people live in each (10,000s), 18 to 89 years.
AGE_PYRAMID = {
    18: 230, 20: 600, 25: 620, 30: 650, 35: 730, 40: 830, 45: 970, 50: 870,
    55: 790, 60: 740, 65: 800, 70: 920, 75: 700, 80: 540, 85: 370,
}  # fmt: skip

# Occupation, spending factor, female share factor, weights at 18, 25, 40, 60 and 70 years or more.
OCCUPATIONS = table("""
student 0.35 1.0 70 5 0.3 0 0
office_worker 1.0 1.3 12 38 34 14 2
sales_and_service 0.8 1.1 11 18 14 10 4
engineer 1.3 0.3 3 17 12 5 0.5
manager 2.1 0.25 0 3 13 9 1
nurse 1.1 5.0 1 5 5 2 0.2
teacher 1.15 1.0 0.5 4 5 3 0.3
civil_servant 1.2 0.6 2 6 7 4 0.3
factory_worker 0.8 0.4 5 10 11 8 2
driver 0.75 0.08 0.5 3 5 5 1
self_employed 1.6 0.5 0.5 4 8 10 8
homemaker 0.9 10.0 0.5 2 3 5 9
physician 3.2 0.4 0 0.6 0.8 0.7 0.4
lawyer 2.8 0.4 0 0.2 0.25 0.3 0.2
farmer 0.8 0.6 0.1 0.5 1 3 6
retired 0.7 0.9 0 0 0.5 22 66
""")

# Education, age at the end of it, salary factor, weight.
EDUCATIONS = table("""
高校卒 18 0.88 26
専門学校卒 20 0.93 15
短大・高専卒 20 0.95 8
大学卒 22 1.0 40
大学院修士修了 24 1.13 9
大学院博士修了 27 1.25 1.6
""")

# Position, starting salary in 10,000 yen, weight without and with a university degree.
POSITIONS = table("""
ソフトウェアエンジニア 420 12 26
データアナリスト 430 2 14
クラウドインフラ(SRE) 460 4 9
UXデザイナー 390 7 6
法人営業 370 14 17
カスタマーサポート 310 22 7
経理・財務 350 7 7
人事・総務 340 9 7
プロジェクトマネージャー 560 2 6
設備・倉庫スタッフ 290 18 1
""")

SCREENING_RESULTS = ["書類不合格", "一次面接不合格", "最終面接不合格", "辞退", "内定"]

# What an applicant told about health: special care-required personal information.
HEALTH_NOTES = table("""
なし 780
喘息(軽度) 16
糖尿病・通院中 12
うつ病(寛解) 14
妊娠中 16
聴覚障害・手帳4級 6
視覚障害・手帳2級 3
車いす使用・手帳1級 4
発達障害(配慮希望) 9
がん治療後・経過観察 5
B型肝炎 2
""")

# Diagnosis, checkup burden, weights of women and men at 30 and at 70 years.
DIAGNOSES = table("""
none 0 70 66 26 22
hypertension 1 3 7 29 32
dyslipidemia 1 4 8 20 14
diabetes 2 1 3 9 16
asthma 1 5 4 4 4
depression 1 6 4 3 2
anemia 1 6 0.5 2 1.5
osteoporosis 1 0.1 0.1 9 1.5
liver_disease 2 1 4 2 4
cancer_follow_up 2 0.7 0.3 5 8
hepatitis_b 2 0.3 0.4 0.6 0.7
hiv 2 0.05 0.3 0.02 0.1
""")

INSURERS = table("""
協会けんぽ 40
組合健保 29
国民健康保険 22
共済組合 9
""")

# City, language, hours from UTC, weight.
CITIES = table("""
Tokyo ja +09:00 340
Yokohama ja +09:00 110
Osaka ja +09:00 120
Nagoya ja +09:00 70
Fukuoka ja +09:00 45
Sapporo ja +09:00 40
Sendai ja +09:00 25
Kanazawa ja +09:00 9
Naha ja +09:00 7
Singapore en +08:00 18
Taipei zh-TW +08:00 16
Seoul ko +09:00 14
London en-GB +00:00 12
New_York en-US -05:00 16
San_Francisco en-US -08:00 12
Berlin de +01:00 6
Hanoi vi +07:00 5
Reykjavik is +00:00 0.6
""")

BROWSERS = table("""
Chrome desktop 34
Chrome mobile 17
Safari mobile 29
Safari desktop 8
Edge desktop 14
Firefox desktop 5
Samsung_Internet mobile 3
Opera desktop 0.8
Lynx desktop 0.1
""")

# How many people read the site in each hour of their day: at lunch and in the evening.
READERS_BY_HOUR = [1, 1, 1, 1, 1, 1, 3, 4, 6, 9, 10, 9, 12, 9, 8, 8, 7, 7, 8, 9, 11, 11, 7, 3]

PAGES = table("""
/ 30
/products 20
/products/pricing 12
/products/security 5
/case-studies 7
/blog/2025-summer-update 5
/careers 9
/careers/apply 2
/support 10
/support/reset-password 4
/contact 5
/privacy-policy 1.5
/privacy-policy/request-deletion 0.3
""")

REFERRERS = table("""
(direct) 40
https://search.example/ 36
https://news.example.jp/ 8
https://social.example.com/ 10
https://jobs.example.org/ 4
https://partner.example.co.jp/ 2
""")

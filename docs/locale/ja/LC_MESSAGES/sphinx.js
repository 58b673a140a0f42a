// What the scripts of Sphinx say; its own catalog leaves the number of results out.
Documentation.addTranslations({
  locale: "ja",
  messages: {
    ", in ": "、",
    "Hide Search Matches": "検索語の強調を消す",
    "Preparing search...": "検索を準備しています…",
    "Search Results": "検索結果",
    "Search finished, found one page matching the search query.": ["${resultCount}件見つかりました。"],
    "Searching": "検索中",
    "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.": "見つかりませんでした。別の語句や表記でお試しください。",
  },
  plural_expr: "0",
});

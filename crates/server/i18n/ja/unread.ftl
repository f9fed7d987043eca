# What could not be read in a submission, by the codes of hub::unread; the numbers and words in a sentence are its values in their order:
# value, other, n. A sentence that has none of them gets the word `none`.
unread-said = { $place }: { $problem }
unread-more = { $place } ほか { $n } か所
unread-place-part = パート { $value }
unread-place-file = パート { $value } のファイル
unread-place-header = ヘッダー { $value }
unread-place-header-in = パート { $other } のヘッダー { $value }
unread-place-quoted = 本文中のヘッダー { $value }
unread-place-body = 本文
unread-place-line = { $value } 行目
unread-place-attribute = { $value } 番目の属性

# Mails
unread-mail-empty = メールの中身がありません。
unread-mail-saved-utf-16 = ファイルが UTF-16 で保存し直されていたため、元のメールに戻して読み取りました。
unread-mail-limit-message = メールが大きすぎるため、末尾の { $value } バイトは読み取っていません。
unread-mail-limit-expanded = 展開すると読み取れる量を超えるため、残りは展開していません。
unread-mail-limit-problems = ほかに { $value } 件ありますが、ここには表示していません。
unread-mail-header-broken = 名前のないヘッダー行がありました。前後の行と合わせて読み取りました。
unread-mail-header-end = ヘッダーと本文を分ける空行がありません。内容からヘッダーの終わりを判断しました。
unread-mail-header-raw = ヘッダーの文字が符号化されていないため、文字コードを推定して読み取りました。
unread-mail-encoded-word = ヘッダーの符号化された語が閉じられていないため、読める範囲で読み取りました。
unread-mail-date-unreadable = 日付の書式を判別できないため、送信日時は読み取れませんでした。
unread-mail-limit-headers = ヘッダー行が多すぎるため、{ $value } 行は読み取っていません。
unread-mail-limit-header = ヘッダーが長すぎるため、末尾は読み取っていません。
unread-mail-limit-addresses = アドレスの数が多すぎるため、残りは読み取っていません。
unread-mail-multipart-unstated = 本文が複数のパートに分かれていることが、ヘッダーに書かれていません。パートごとに読み取りました。
unread-mail-multipart-unclosed = パートの終わりの印がありません。届いた範囲は全て読み取りました。
unread-mail-boundary-absent = 指定されたパートの区切りが本文にないため、区切りを推定するか、全体を文章として読み取りました。
unread-mail-boundary-missing = パートの区切りが指定されていないため、区切りを推定するか、全体を文章として読み取りました。
unread-mail-base64-broken = Base64 に使えない文字が { $value } 個あり、読み飛ばしました。
unread-mail-base64-cut = Base64 が途中で終わっています。この部分は欠けている可能性があります。
unread-mail-base64-appended = Base64 の後に通常の文章が続いています。そのまま読み取りました。
unread-mail-quoted-printable-broken = quoted-printable として読めない箇所が { $value } か所あり、そのまま残しました。
unread-mail-coding-lies = Base64 と書かれていますが、実際は異なるため、そのまま読み取りました。
unread-mail-coding-unknown = 転送用の符号化の名前を判別できないため、そのまま読み取りました。
unread-mail-coding-multipart = 複数のパートがまとめて符号化されていたため、復号して読み取りました。
unread-mail-limit-parts = { $value ->
    [none] パートが多すぎるため、残りは読み取っていません。
   *[other] パートが多すぎるため、{ $value } 個は読み取っていません。
}
unread-mail-limit-depth = 入れ子が深すぎるため、開いていません。
unread-mail-charset-lies = 書かれている文字コードが実際と異なるため、実際の文字コードで読み取りました。
unread-mail-charset-unknown = 文字コードの名前を判別できないため、{ $value } バイトを内容から推定して読み取りました。
unread-mail-charset-mixed = 行によって文字コードが異なるため、行ごとに読み取りました。
unread-mail-charset-unreadable = { $value ->
    [none] どの文字コードにも合わず、読み取れない文字があります。
   *[other] 文字コードに合わず、読み取れない箇所が { $value } か所あります。
}
unread-mail-archive-broken = 圧縮ファイルか文書ファイル、またはその中身の一部を開けませんでした。展開できた部分は読み取りました。
unread-mail-archive-locked = 圧縮ファイルの中に、パスワードが分からず開けないファイルがあります。
unread-mail-file-absent = Outlook のファイルに、名前だけあって中身のない添付があります。
unread-mail-outlook-broken = Outlook のファイルの全部または一部を読み取れませんでした。
unread-mail-tnef-broken = Outlook 形式の添付(winmail.dat)が途中で切れています。その前までは読み取りました。
unread-mail-limit-archive = { $value ->
    [none] ファイルの中のデータが多すぎるため、残りは読み取っていません。
   *[other] 圧縮ファイルの中のファイルが多すぎるため、{ $value } 個は読み取っていません。
}
unread-mail-limit-attachments = ファイルが { $value } 個を超えるため、残りは読み取っていません。
unread-mail-limit-text = ファイルの文章が長すぎるため、末尾は残していません。リンクは全体から探しました。

# Lists of indicators and MISP events
unread-list-none-in-line = 指標が見つかりません: { $value }
unread-list-not-a-row = CSV の行として読めないため、取り込んでいません。
unread-list-none-in-row = この行に指標が見つかりません。
unread-list-not-an-indicator = 指標として読めません: { $value }
unread-list-not-json = JSON の書式が正しくないため、取り込んでいません。
unread-list-no-attribute = MISP の属性が一つも見つかりません。
unread-list-not-of-type = 種別「{ $value }」の値として読めません: { $other }
unread-list-type-not-read = 種別「{ $value }」の属性は、取り込みの対象ではありません。
unread-list-left-out = ほかに { $value } 行を省きました。

# STIX
unread-stix-json-malformed = { $other ->
    [none] JSON の書式が正しくありません。
   *[other] JSON の書式が正しくありません({ $other } 行目の { $n } 文字目)。
}
unread-stix-key-repeated = 一つのオブジェクトに同じ名前の項目が二つあります({ $other } 行目の { $n } 文字目)。
unread-stix-not-utf-8 = { $value } バイト目から先を UTF-8 として読めません。
unread-stix-input = 読み取りの途中で失敗しました。もう一度送ってください。
unread-stix-truncated = データが途中で切れています。
unread-stix-trailing-content = バンドルの終わりより後に続きがありますが、読み取っていません。
unread-stix-bundle-type = objects の一覧を持つ場合、type には bundle と書くか、何も書かないでください。
unread-stix-bundle-nested = バンドルの中のバンドルは読み取れません。単独で送ってください。
unread-stix-object-not-object = STIX のオブジェクトの形をしていないため、取り込んでいません。
unread-stix-required = 必須の項目「{ $value }」がありません。
unread-stix-wrong-kind = 値の型が STIX の定めと異なります。
unread-stix-id-malformed = 識別子「{ $value }」が「種別--UUID」の形になっていません。
unread-stix-id-type = 識別子「{ $value }」が、種別「{ $other }」と合いません。
unread-stix-timestamp-malformed = 「{ $value }」は時刻として読めません。
unread-stix-object-too-long = { $value } バイトを超えるため、読み取っていません。
unread-stix-object-too-deep = 入れ子が { $value } 段を超えるため、読み取っていません。
unread-stix-too-many-objects = オブジェクトが { $value } 個を超えるため、残りは読み取っていません。
unread-stix-too-many-faults = 誤りが { $value } 件を超えたため、残りは読み取っていません。

# What was changed to make STIX 2.0 into 2.1
unread-lift-version-moved = STIX 2.1 に合わせて、版の記載をバンドルから各オブジェクトへ移しました。
unread-lift-version-added = STIX 2.0 のため、2.1 として読み替えました。
unread-lift-renamed = STIX 2.1 に合わせて、項目の名前を { $value } に変えました。
unread-lift-pattern-type = STIX 2.1 に合わせて、パターンの種類と版を補いました。
unread-lift-is-family = STIX 2.0 に記載がないため、マルウェアの総称ではないものとして扱いました。
unread-lift-milliseconds = STIX 2.1 に合わせて、時刻をミリ秒まで補いました。
unread-lift-marking-name = STIX 2.1 に合わせて、取り扱い区分の名前を補いました。
unread-lift-observed-lifted = STIX 2.1 に合わせて、観測された対象を個別のオブジェクトに分けました。
unread-lift-observed-kept = 観測された対象が { $value } 個(全体では { $other } 個)を超えるため、STIX 2.1 に変換していません。
unread-lift-left-out = STIX のオブジェクトとして読めないため、除きました。
unread-lift-more-changes = STIX 2.1 に合わせて、ほかに { $value } か所を変更しました。

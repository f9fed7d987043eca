# Where something stood in a submission; the rest of the place is shown as it is
place-header = ヘッダー
place-body = 本文
place-text = 本文
place-attachment = 添付
place-link = リンク
place-line = 行
place-indicator = 指標
place-object = オブジェクト
place-part = パート

# Sign-in
gate-promise = 一つの組織が攻撃を受ければ、一分で全員に知らせが届く。誰が狙われたかは、誰にも分からない。
gate-how = 届いた不審なメールや指標を送ると、ハブが送り主の分かる部分を除いた注意喚起を作り、承認を得てから共有します。
gate-legal = 参加組織の方だけが利用できます。閲覧と操作は記録されます。
sign-in-title = サインイン
sign-in-login = ユーザー名
sign-in-password = パスワード
sign-in-go = サインインする
sign-in-wrong = ユーザー名、パスワード、確認コードのいずれかが違います。もう一度入力してください。
sign-in-slow = 試行が多すぎます。{ $n } 秒待ってから、もう一度お試しください。
sign-in-code = 確認コード
sign-in-code-hint = 設定した方だけ。予備コードも使えます。

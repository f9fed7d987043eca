//! The words of an evidence pack: how to check it, and the clocks of a report.

use super::view::ReportView;

/// The head of the custody list.
pub(super) const CUSTODY_HEAD: &str = "what,hash,holder,place,keep_until,hold\r\n";

/// The page on checking a pack, with our program and with others'.
pub(super) const README: &str = "\
証拠パッケージ / Evidence pack
================================

このZIPには、一つの事案について、いつ何を誰に報告したかの証拠が入っています。確認にネットワークは要りません。
This ZIP holds the evidence of what was reported of one incident, to whom and when. Checking it needs no network.

incident.json            事実関係の全ての版 / every version of the facts
custody.csv              保全した証拠の一覧 / custody list
looks.json               どの機関がいつ閲覧したか / which office looked when
reports/*/clock.txt      期限の説明（日英） / the clocks in words, ja and en
reports/*/clock.json     同じものを機械可読で / the same for machines
reports/*/regime.toml    適用した制度の定義 / the regime that was applied
reports/*/events/        提出した様式と出来事 / the forms that were sent, and every event
reports/*/events/*.receipt.json  ログの葉を開く鍵 / the opening of the log's leaf
MANIFEST.json            全ファイルのSHA-256 / SHA-256 of every file

1. noroshi
   noroshi report verify PACK.zip

2. 他の道具で / with other tools (sha256sum, xxd, jq)
   a) ファイル / a file:
      sha256sum reports/.../events/00001-sent.json
      → MANIFEST.json と receipt の entry の sha256 に一致する / equals MANIFEST.json and `sha256` in the receipt's entry
   b) 葉 / a leaf: SHA-256(nonce || entry) = commitment
      R=reports/.../events/00001-sent.receipt.json
      ( jq -r .nonce $R | xxd -r -p; jq -j .entry $R ) | sha256sum
      jq -r .commitment $R
   c) ログ / the log: commitment はログの葉のデータ (C2SP tlog-tiles) です。葉のハッシュは SHA-256(0x00 || commitment)。
      The commitment is the data of a leaf of the hub's log (C2SP tlog-tiles); the leaf's hash is SHA-256(0x00 || commitment).
      *.tlog-proof があれば C2SP tlog-proof を読む道具で、policy の鍵に対して確認できます。
      Where a *.tlog-proof lies beside it, any tool that reads C2SP tlog-proof checks it against the keys of the policy.
   d) 様式より前ではないこと / not before: 様式の checkpoint は提出時の最新のログの署名です。
      `checkpoint` in a form is the newest signed state of the log when it was sent: the form was not made before it.

証明されること / What this proves:
   (a)(b) ファイルが葉に封じた内容と同じであること / the files are what the leaf was made of
   (c) 葉がログに入った時刻以前に存在したこと / the leaf existed when witnesses signed the log
証明されないこと / What it does not prove:
   「declared」は当事者の申告であり、証明ではありません / what is marked `declared` was declared, not proven
   期限の起算は、最後に提出した様式の started に基づきます / clocks count from `started` of the form that was sent last
   認知の時刻は記録された時刻です。記録より前に知っていたかは分かりません
   The time of awareness is what was recorded; whether somebody knew earlier cannot be told
";

/// The clocks of a report, Japanese before English.
pub(super) fn clock_text(view: &ReportView) -> String {
    let mut out = format!("{}\n{}\n", view.regime_name.ja, view.regime_name.en);
    out.push_str(&format!("→ {} / {}\n", view.addressee.ja, view.addressee.en));
    for d in &view.duties {
        let declared = if d.declared { "（申告のみ / declared, not proven）" } else { "" };
        out.push_str(&format!("\n■ {} / {} {declared}\n", d.name.ja, d.name.en));
        for (explain, margin, timeline) in
            [(&d.explain.ja, &d.margin.ja, &d.timeline.ja), (&d.explain.en, &d.margin.en, &d.timeline.en)]
        {
            out.push_str(&format!("  {explain}\n"));
            if !margin.is_empty() {
                out.push_str(&format!("  {margin}\n  {timeline}\n"));
            }
        }
    }
    if let Some(keep) = &view.keep_until {
        out.push_str(&format!("\n証拠の保全 / evidence kept until: {} / {}\n", keep.ja, keep.en));
    }
    for note in &view.not_confirmed {
        out.push_str(&format!("\n※ {}\n  {}\n", note.ja, note.en));
    }
    out
}

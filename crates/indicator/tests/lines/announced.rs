//! Values that words before, behind or around them announce, and those that the same words show to be none.

use super::check;

#[test]
fn versions_of_products_that_have_addresses() {
    check(&[
        ("FortiOS 7.0.1.5 before 7.0.1.6", ""),
        ("Ivanti Connect Secure 22.7.2.3 before 9.1.18.3 is affected", ""),
        ("Cobalt Strike 4.9.1.2 and NetScaler 13.1.49.13", ""),
        ("Exchange Server 15.2.196.0, Jenkins 2.3.4.1, WebLogic Server 12.2.1.3", ""),
        ("The malware (1.0.0.12) and マルウェア（2.0.0.7）", ""),
        ("versions 1.2.3.4 and 5.6.7.8 of FortiOS", ""),
        ("versions 1.2.3.4, 5.6.7.8 and 9.10.11.12", ""),
        ("versions before 6.14.103.24", ""),
        ("kernel 5.15.0.91, glibc 2.35.0.1, Android 13.0.0.1, iOS 16.7.2.1 and macOS 14.1.2.0", ""),
        ("Android 192.0.2.1 and kernel 10.1.2.3", "ipv4:192.0.2.1 ipv4:10.1.2.3"),
        ("Example VPN 6.14.103.24 before 6.14.103.29", ""),
        ("FortiOS 7.0.1.5 through 7.0.1.9, 7.0.2.1 and earlier", ""),
        ("Cobalt Strike 45.11.2.3, FortiGate 192.0.2.1", "ipv4:45.11.2.3 ipv4:192.0.2.1"),
        ("FortiGate 10.1.2.3 and Exchange 203.0.113.9", "ipv4:10.1.2.3 ipv4:203.0.113.9"),
        (
            "the malware (5.9.1.2) and evil.example (1.0.0.12)",
            "ipv4:5.9.1.2 domain:evil.example ipv4:1.0.0.12",
        ),
        ("version 1.2.3.4 and 5.6.7.8 answered", "ipv4:5.6.7.8"),
        ("versions 1.2.3.4 and 203.0.113.9", "ipv4:203.0.113.9"),
        ("contacted 5.6.7.8 before 5.6.7.9", "ipv4:5.6.7.8 ipv4:5.6.7.9"),
        ("Server 5.6.7.8 before 5.6.7.9", "ipv4:5.6.7.8 ipv4:5.6.7.9"),
        ("Example VPN 203.0.113.7 before 203.0.113.8", "ipv4:203.0.113.7 ipv4:203.0.113.8"),
        ("5.6.7.8 through 5.6.7.9", "ipv4:5.6.7.8 ipv4:5.6.7.9"),
    ]);
}

#[test]
fn numbers_of_systems() {
    check(&[
        ("ASN: 64500, AS-64501 and AS#64502", "asn:AS64500 asn:AS64501 asn:AS64502"),
        ("AS番号: 64500 (AS: 64501)", "asn:AS64500 asn:AS64501"),
        ("攻撃元のAS番号：64500、AS番号は4713である", "asn:AS64500 asn:AS4713"),
        ("(ASN 64500) ASN=64501", "asn:AS64500 asn:AS64501"),
        ("AS-400, AS: 5, AS 203.0.113.7 and AS-2024-01", "ipv4:203.0.113.7"),
        ("BASN: 64500, AS番号: なし", ""),
    ]);
}

#[test]
fn ids_of_attack() {
    check(&[
        ("DS0029, C0001 and t1566.001", "attack-id:DS0029 attack-id:C0001 attack-id:T1566.001"),
        ("T1566/001 and T1059/003、T1059/1", "attack-id:T1566.001 attack-id:T1059.003 attack-id:T1059"),
        ("model t1566, DS1029, C1001 and t1566.0012", ""),
    ]);
}

#[test]
fn user_agents() {
    check(&[
        ("UA \"Evil/1.0 (x)\" was seen", "user-agent:Evil/1.0 (x)"),
        ("UA: Evil/1.0 (x)", "user-agent:Evil/1.0 (x)"),
        ("User Agent = Evil/1.0", "user-agent:Evil/1.0"),
        ("User-Agent string: \"Evil Agent\"", "user-agent:Evil Agent"),
        ("User Agent “Evil 2”", "user-agent:Evil 2"),
        ("ユーザーエージェント：Evil/1.0 (x)", "user-agent:Evil/1.0 (x)"),
        ("ユーザーエージェント：Evil/1.0を用いる", "user-agent:Evil/1.0"),
        ("ユーザエージェント「Evil/1.0」", "user-agent:Evil/1.0"),
        ("User agents vary; user agent: none; UA: 5 victims; UA and more", ""),
        ("ユーザーは", ""),
    ]);
}

#[test]
fn mutexes() {
    check(&[
        ("creates a mutex named Evil_1 and", "mutex:Evil_1"),
        ("a mutex object called Global\\Evil.", "mutex:Global\\Evil"),
        ("Mutexes:\n- Global\\Evil-1\n- Evil2 (loader)\n\nFiles: none", "mutex:Global\\Evil-1 mutex:Evil2"),
        ("Mutex names:\r\n\r\n  `Evil 3`\r\n  Evil4\r\nThe loader starts", "mutex:Evil 3 mutex:Evil4"),
        ("mutex: none", ""),
        ("Mutex: n/a; a mutex named after the host, mutex: the loader makes one", ""),
        ("Mutexes:\nThe malware creates one.\n", ""),
        ("Mutex:", ""),
        ("Mutexes:\n", ""),
    ]);
}

#[test]
fn names_that_are_no_files() {
    check(&[
        ("a.name, bar.name and foo.bar", ""),
        ("com.evil.app and com.evil.plist", "file-name:com.evil.plist"),
        ("Evil.app", "file-name:evil.app"),
        ("見積書(最新).xlsm", "file-name:見積書(最新).xlsm"),
        ("添付の見積書（最新）.xlsmを開く", "file-name:見積書（最新）.xlsm"),
        ("report(最新版).pdf and f(x).bin, （注）.exe", "file-name:report(最新版).pdf"),
    ]);
}

#[test]
fn mail_addresses_in_words() {
    check(&[
        ("user AT bad-site DOT com", "email:user@bad-site.com"),
        ("write to john.doe at evil dot com today", "email:john.doe@evil.com"),
        ("reach us at evil dot example", "domain:evil.example"),
        ("LOOK AT EVIL DOT COM", "domain:evil.com"),
        (" AT evil DOT com", "domain:evil.com"),
    ]);
}

#[test]
fn hosts_and_slashes_as_browsers_read_them() {
    check(&[
        (
            "http://1249767214/ and hxxp://1249767214/a",
            "url:http://74.125.239.46/ url:http://74.125.239.46/a",
        ),
        ("http://0x4a.0x7d.0x2b.0x63/a", "url:http://74.125.43.99/a"),
        ("http://0112.0175.053.0143/", "url:http://74.125.43.99/"),
        ("http://8080/ http://0/", ""),
        ("hostnames of integers: for example, `hxxp://google.com@1157586937`.", ""),
        ("clicked hxxp://google.com@1157586937", "url:http://68.255.95.249/"),
        ("hxxp[:]//055[.]14942165:20201/setup.msi", "url:http://45.227.255.213:20201/setup.msi"),
        ("hxxp:\\\\evil.example\\a\\b.exe", "url:http://evil.example/a/b.exe"),
        ("http://evil.example\\a", "url:http://evil.example/"),
        ("https:\\/\\/evil.example\\/a\\n", "url:https://evil.example/a"),
    ]);
}

#[test]
fn paths_above_ascii() {
    let nihongo = "%E6%97%A5%E6%9C%AC%E8%AA%9E";
    check(&[
        (
            "http://evil.example/日本語/パス?x=値",
            &format!("url:http://evil.example/{nihongo}/%E3%83%91%E3%82%B9?x=%E5%80%A4"),
        ),
        ("http://evil.example/日本語/a.exeを開く", &format!("url:http://evil.example/{nihongo}/a.exe")),
        ("http://evil.example/日本語?id=1", &format!("url:http://evil.example/{nihongo}?id=1")),
        ("http://evil.example/日本語/を開く", &format!("url:http://evil.example/{nihongo}/")),
        ("http://evil.example/日本語/パスに接続する", &format!("url:http://evil.example/{nihongo}/")),
        ("http://evil.example/файл/a", "url:http://evil.example/%D1%84%D0%B0%D0%B9%D0%BB/a"),
        ("http://evil.example/a?x=1を開く", "url:http://evil.example/a?x=1"),
        ("http://evil.example/a?x=を参照", "url:http://evil.example/a?x="),
        ("http://evil.example/参照", "url:http://evil.example/"),
        ("http://evil.example/参照？", "url:http://evil.example/"),
        ("http://evil.example/および/", "url:http://evil.example/"),
        ("http://evil.example/経由で配布", "url:http://evil.example/"),
        ("http://evil.exampleから取得", "url:http://evil.example/"),
    ]);
}

#[test]
fn digests_named_in_japanese() {
    let digest = "e7d705a3286e19ea42f587b344ee6865";
    let line = |before: &str, kind: &str| (format!("{before}{digest}"), format!("{kind}:{digest}"));
    let lines = [
        line("JA3フィンガープリント：", "ja3"),
        line("JA3Sフィンガープリントの値は", "ja3"),
        line("JA3S: ", "ja3"),
        line("imphash（インポートハッシュ）：", "imphash"),
        line("インポートハッシュ：", "imphash"),
        line("imphash（", "imphash"),
        line("JA3は不明である。この検体のファイルのハッシュ値としては、MD5：", "md5"),
        line("ファイル：", "md5"),
    ];
    check(&lines.each_ref().map(|(text, expected)| (text.as_str(), expected.as_str())));
}

#[test]
fn keys_of_the_registry() {
    check(&[
        (
            "HKLM\\Software\\A HKCU\\Software\\B",
            "registry-key:HKEY_LOCAL_MACHINE\\software\\a registry-key:HKEY_CURRENT_USER\\software\\b",
        ),
        (
            "HKLM\\Software\\A, HKEY_USERS\\S-1\\B",
            "registry-key:HKEY_LOCAL_MACHINE\\software\\a registry-key:HKEY_USERS\\s-1\\b",
        ),
        (
            "C:\\Users\\a HKCU:\\Software\\B",
            "file-path:c:\\users\\a registry-key:HKEY_CURRENT_USER\\software\\b",
        ),
        (
            "\"HKCU\\Software\\Evil\\Key Name\" is set",
            "registry-key:HKEY_CURRENT_USER\\software\\evil\\key name",
        ),
        (
            "'HKCU\\Software\\Evil\\Key Name' is set",
            "registry-key:HKEY_CURRENT_USER\\software\\evil\\key name",
        ),
        (
            "「HKCU\\Software\\Evil\\Key Name」に登録",
            "registry-key:HKEY_CURRENT_USER\\software\\evil\\key name",
        ),
        ("\"HKCU\\Software\\Evil\\Run = x\" is set", "registry-key:HKEY_CURRENT_USER\\software\\evil\\run"),
        ("HKCU\\Software\\Evil\\Key Name is set", "registry-key:HKEY_CURRENT_USER\\software\\evil\\key"),
        ("Computer\\HKEY_LOCAL_MACHINE\\SOFTWARE\\Evil", "registry-key:HKEY_LOCAL_MACHINE\\software\\evil"),
        (
            "コンピューター\\HKEY_CURRENT_USER\\Software\\Evil",
            "registry-key:HKEY_CURRENT_USER\\software\\evil",
        ),
        ("\"HKCU\\Software\\Evil\\Key of a", "registry-key:HKEY_CURRENT_USER\\software\\evil\\key"),
    ]);
}

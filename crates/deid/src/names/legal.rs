//! Legal forms of organisations: a name is written with and without.

/// Forms that are part of a name as it is registered, the longer first where one holds another.
const FORMS: &[&str] = &[
    "株式会社",
    "有限会社",
    "合同会社",
    "合資会社",
    "合名会社",
    "相互会社",
    "国立研究開発法人",
    "地方独立行政法人",
    "独立行政法人",
    "国立大学法人",
    "公立大学法人",
    "特定非営利活動法人",
    "一般社団法人",
    "一般財団法人",
    "公益社団法人",
    "公益財団法人",
    "社会福祉法人",
    "社会医療法人",
    "医療法人社団",
    "医療法人財団",
    "医療法人",
    "学校法人",
    "宗教法人",
    "協同組合",
];

/// What stands around the legal form of a name; nothing where it states none. A single letter is no name.
pub(super) fn without(name: &str) -> impl Iterator<Item = &str> {
    const CHARS_MIN: usize = 2;
    let around = FORMS.iter().find_map(|form| name.split_once(form)).map(|(before, after)| [before, after]);
    around.into_iter().flatten().map(str::trim).filter(|part| part.chars().count() >= CHARS_MIN)
}

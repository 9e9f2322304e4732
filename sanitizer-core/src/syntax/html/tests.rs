use super::to_text;

fn text(html: &str) -> String {
    to_text(html).text
}

#[test]
fn structure_shows_without_html() {
    let html = "<html><head><title>x</title><style>p{}</style></head><body><h1>お知らせ</h1><p>本文の\n一行目です。<br>二行目</p>\
        <ul><li>一つ目<li><p>二つ目</p><ul><li>内側</ul></ul><ol start=3><li>三</ol><blockquote><p>引用<br>続き</blockquote>\
        <pre>a  b\n c</pre><hr></body>";
    let want = "■ お知らせ\n\n本文の一行目です。\n二行目\n\n・一つ目\n・二つ目\n  ・内側\n\n3. 三\n\n> 引用\n> 続き\n\na  b\n c\n\n----------------------------------------";
    assert_eq!(text(html), want);
}

#[test]
fn links_and_pictures_are_named() {
    assert_eq!(text("<a href='https://a.example.jp/x'>こちら</a>から"), "こちら <https://a.example.jp/x>から");
    assert_eq!(text("<a href='https://a.example.jp/'>https://a.example.jp</a>"), "https://a.example.jp");
    assert_eq!(text("<a href='mailto:a@b.jp?subject=x'>a@b.jp</a>"), "a@b.jp");
    assert_eq!(text("<a href='javascript:alert(1)'>押す</a><img alt='市章' src=x><img width=1 height=1 alt=t>"), "押す[市章]");
    assert!(to_text("<a href='javascript:alert(1)'>押す</a>").active);
}

#[test]
fn what_nobody_sees_is_left_out() {
    for html in [
        "<div style='display:none'>秘密</div>見える",
        "<span style='color:#fff'>秘密</span>見える",
        "<td bgcolor=black><font color='#000000'>秘密</font></td>見える",
        "<p style='font-size:0px'>秘密</p>見える",
        "<p style='position:absolute;left:-9999px'>秘密</p>見える",
        "<p hidden>秘密</p><!-- 秘密 -->見える",
    ] {
        let rendered = to_text(html);
        assert_eq!(rendered.text.trim(), "見える", "{html}");
        assert!(rendered.hidden, "{html}");
    }
    let button = to_text("<td style='background:#00f'><a href='https://a.jp/' style='color:white'>申込</a></td>");
    assert_eq!((button.text.as_str(), button.hidden), ("申込 <https://a.jp/>", false));
    assert_eq!(text("<script>秘密</script><style>秘密</style><iframe>秘密</iframe><svg><text>秘密</text></svg>見える"), "見える");
}

#[test]
fn data_tables_are_aligned_and_layout_tables_are_read() {
    let data = "<table border=1><tr><th>品名<th>数<tr><td>紙<td>10<tr><td>えんぴつ<td>2</table>";
    assert_eq!(text(data), "品名     | 数\n紙       | 10\nえんぴつ | 2");
    let layout = "<table><tr><td><table><tr><td>上</td></tr></table></td></tr><tr><td>下</td></tr></table>";
    assert_eq!(text(layout), "上\n下");
}

#[test]
fn depth_and_size_cost_no_more_than_their_length() {
    let deep = format!("{}底{}", "<div>".repeat(20_000), "</div>".repeat(20_000));
    assert_eq!(text(&deep), "底");
    let tables = format!("{}底", "<table><tr><td>".repeat(20_000));
    assert_eq!(text(&tables).trim(), "底");
    let lists = format!("{}底", "<ul><li>".repeat(5_000));
    assert!(text(&lists).ends_with("底"));
    let quotes = format!("{}底", "<blockquote>".repeat(20_000));
    assert!(text(&quotes).ends_with("底"));
}

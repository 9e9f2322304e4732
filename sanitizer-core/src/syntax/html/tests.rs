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
    assert_eq!(
        text(
            "<script>秘密</script><style>秘密</style><iframe>秘密</iframe><svg><style/><desc>秘密</desc></svg><template>秘密</template>見える"
        ),
        "見える"
    );
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

#[test]
fn what_is_inherited_can_be_undone() {
    for shown in [
        "<td style='font-size:0px;padding:0'><div style='font-size:13px'>本文です</div></td>",
        "<td style='font-size:0'><span style='font:bold 14px/1.5 Arial'>本文です</span></td>",
        "<td style='font-size:0'><font size=2>本文です</font></td>",
        "<div style='font-size:0'><span style='font-size:1rem'>本文です</span></div>",
        "<div style='font-size:0;visibility:hidden'><p style='font-size:medium;visibility:visible'>本文です</p></div>",
        "<div style='max-height:0'>本文です</div>",
        "<div style='mso-hide:all'>本文です</div>",
        "<p style='left:-9999px'>本文です</p>",
        "<p style='display:none;display:block'>本文です</p>",
    ] {
        assert_eq!(to_text(shown).text, "本文です", "{shown}");
        assert!(!to_text(shown).hidden, "{shown}");
    }
    for hidden in [
        "<div style='font-size:0'><span style='font-size:2em'>秘密</span></div>",
        "<div style='font-size:0px'><span style='font-size:200%'>秘密</span></div>",
        "<div style='display:none'><p style='display:block;font-size:9pt'>秘密</p></div>",
        "<div style='max-height:0;overflow:hidden'><p style='font-size:9pt'>秘密</p></div>",
        "<div style='opacity:0'><p style='opacity:1'>秘密</p></div>",
        "<ul><li style='color:#fff'>秘密</ul>",
        "<a style='font-size:0' href='https://a.jp'>秘密</a>",
    ] {
        let rendered = to_text(&format!("<p>本文です。</p>{hidden}"));
        assert_eq!(rendered.text, "本文です。", "{hidden}");
        assert!(rendered.hidden && rendered.concealed, "{hidden}");
    }
}

#[test]
fn white_text_is_kept_unless_its_ground_is_known_to_be_white() {
    for shown in [
        "<a class='btn' style='color:#fff'>申込はこちら</a>",
        "<style>td { background: navy }</style><td><b style='color:white'>申込はこちら</b></td>",
        "<style>td { background: navy }</style><td bgcolor='#ffffff'><b style='color:white'>申込はこちら</b></td>",
        "<td background='x.png'><b style='color:white'>申込はこちら</b></td>",
        "<td style='background:#fff url(x.png)'><b style='color:white'>申込はこちら</b></td>",
        "<div class=hero><div><b style='color:white'>申込はこちら</b></div></div>",
        "<body bgcolor=black text=white>申込はこちら</body>",
        "<td bgcolor='#003366'><font color='#ffffff'>申込はこちら</font></td>",
        "<b style='position:absolute;color:#fff'>申込はこちら</b>",
    ] {
        assert_eq!(to_text(shown).text, "申込はこちら", "{shown}");
    }
    for hidden in [
        "<b style='background: rgb(255, 255, 255); color:#fff'>秘密</b>",
        "<div class=a style='background:white'><b style='color:#fff'>秘密</b></div>",
    ] {
        let rendered = to_text(&format!("<p>本文です。</p>{hidden}"));
        assert_eq!(rendered.text, "本文です。", "{hidden}");
    }
}

#[test]
fn elements_of_other_kinds_keep_their_text() {
    assert_eq!(text("<p>前</p><object data=x><p>後</p>続き"), "前\n\n後\n\n続き");
    assert_eq!(text("前<textarea>a <b>\n b</textarea>後"), "前\n\na <b>\n b\n\n後");
    assert_eq!(text("<xmp><b>x</b></xmp>後"), "<b>x</b>\n\n後");
    assert_eq!(text("<input value='山田'><input type=submit value='送る'><input type=hidden value='秘密'>"), "[山田][送る]");
    assert_eq!(text("<svg><title/><text>一</text><text>二</text></svg>三"), "一 二 三");
    assert_eq!(text("<math><mi>x</mi><annotation>秘密</annotation></math>です"), "xです");
    assert_eq!(text("<select><option>一<option>二</select>"), "一 二");
}

#[test]
fn what_form_says_is_said_in_text() {
    assert_eq!(text("開催日: <s>12月1日</s> 12月8日"), "開催日: [取消: 12月1日] 12月8日");
    assert_eq!(text("<p style='text-decoration:line-through'>中止</p><del></del>実施"), "[取消: 中止]\n実施");
    assert_eq!(text("<del><p>一</p><p>二</p></del>三"), "[取消:\n\n一\n\n二]\n\n三");
    assert_eq!(text("x<sup>2</sup>+x<sup>n</sup>+x<sup>n+1</sup>, H<sub>2</sub>O, a<sub>i</sub>"), "x²+x^n+x^(n+1), H₂O, a_i");
    assert_eq!(text("1<sup>st</sup> 様<sup>※1</sup> 10<sup>-3</sup>m<sup></sup>"), "1st 様※1 10⁻³m");
    assert_eq!(text("<ruby>漢<rt>かん</rt>字<rt>じ</ruby>の"), "漢（かん）字（じ）の");
    assert_eq!(text("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>の"), "漢（かん）の");
}

#[test]
fn a_preview_line_is_told_from_other_hidden_text() {
    let preview = to_text("<div style='display:none'>今月の催し</div><p>本文です。</p>");
    assert!(preview.hidden && !preview.concealed);
    let long = format!("<div style='display:none'>{}</div><p>本文は次のとおりです。</p>", "秘密".repeat(200));
    assert!(to_text(&long).concealed);
    assert!(!to_text("<p>本文です。</p><div style='display:none'><img src=x>&nbsp;</div>").hidden);
}

#[test]
fn a_message_hidden_as_a_whole_is_shown() {
    let all = to_text("<div style='display:none'><p>本文です。</p><ul><li>一つ目</ul></div>");
    assert_eq!(all.text, "本文です。\n\n・一つ目");
    assert!(all.unveiled && !all.hidden);
    assert!(!to_text("").unveiled && !to_text("<img src=x>").unveiled);
}

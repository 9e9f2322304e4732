//! The parts of a workbook (ECMA-376 Part 1, 12.3), and what must not stand in their formulas and names.

use super::{
    super::{
        Refusal,
        xml::{Element, Token},
    },
    Parts, calls,
    parts::{DRAWINGS, Rule, office},
};
use std::{collections::HashSet, sync::LazyLock};

/// What an xlsx may hold.
pub(super) static PARTS: Parts = Parts {
    folder: "xl/",
    main: ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
    rules: RULES,
};

macro_rules! sheet {
    ($suffix:literal) => {
        concat!("application/vnd.openxmlformats-officedocument.spreadsheetml.", $suffix, "+xml")
    };
}

macro_rules! drawing {
    ($suffix:literal) => {
        concat!("application/vnd.openxmlformats-officedocument.drawingml.", $suffix, "+xml")
    };
}

const fn rule(
    name: &'static str,
    content_type: &'static str,
    relationship: &'static str,
    root: &'static str,
    reaches: &'static [&'static str],
    media: bool,
) -> Rule {
    Rule { name, content_type, relationship, root, reaches, media }
}

const WORKBOOK_REACHES: &[&str] =
    &["worksheets/sheet#.xml", "chartsheets/sheet#.xml", "theme/theme#.xml", "styles.xml", "sharedStrings.xml"];
const SHEET_REACHES: &[&str] = &["drawings/drawing#.xml", "tables/table#.xml", "comments#.xml", "drawings/vmlDrawing#.xml"];

const RULES: &[Rule] = &[
    rule("workbook.xml", sheet!("sheet.main"), office!("officeDocument"), "workbook", WORKBOOK_REACHES, false),
    rule("worksheets/sheet#.xml", sheet!("worksheet"), office!("worksheet"), "worksheet", SHEET_REACHES, true),
    rule("chartsheets/sheet#.xml", sheet!("chartsheet"), office!("chartsheet"), "chartsheet", &["drawings/drawing#.xml"], true),
    rule("comments#.xml", sheet!("comments"), office!("comments"), "comments", &[], false),
    rule("sharedStrings.xml", sheet!("sharedStrings"), office!("sharedStrings"), "sst", &[], false),
    rule("styles.xml", sheet!("styles"), office!("styles"), "styleSheet", &[], false),
    rule("tables/table#.xml", sheet!("table"), office!("table"), "table", &[], false),
    rule(
        "drawings/drawing#.xml",
        "application/vnd.openxmlformats-officedocument.drawing+xml",
        office!("drawing"),
        "xdr:wsDr",
        DRAWINGS,
        true,
    ),
    rule(
        "drawings/vmlDrawing#.xml",
        "application/vnd.openxmlformats-officedocument.vmlDrawing",
        office!("vmlDrawing"),
        "xml",
        &[],
        false,
    ),
    rule("theme/theme#.xml", "application/vnd.openxmlformats-officedocument.theme+xml", office!("theme"), "a:theme", &[], true),
    rule("charts/chart#.xml", drawing!("chart"), office!("chart"), "c:chartSpace", &[], true),
    rule("diagrams/colors#.xml", drawing!("diagramColors"), office!("diagramColors"), "dgm:colorsDef", &[], false),
    rule("diagrams/data#.xml", drawing!("diagramData"), office!("diagramData"), "dgm:dataModel", &[], true),
    rule(
        "diagrams/drawing#.xml",
        "application/vnd.ms-office.drawingml.diagramDrawing+xml",
        "http://schemas.microsoft.com/office/2007/relationships/diagramDrawing",
        "dsp:drawing",
        &[],
        true,
    ),
    rule("diagrams/layout#.xml", drawing!("diagramLayout"), office!("diagramLayout"), "dgm:layoutDef", &[], false),
    rule("diagrams/quickStyle#.xml", drawing!("diagramStyle"), office!("diagramQuickStyle"), "dgm:styleDef", &[], false),
];

/// The formulas of one part, as they go by.
#[derive(Default)]
pub(super) struct Formulas {
    /// For each open element, whether its text is a formula.
    open: Vec<bool>,
    text: String,
}

impl Formulas {
    /// Takes one piece of the part.
    pub(super) fn token(&mut self, token: &Token<'_>) -> Result<(), Refusal> {
        match token {
            Token::Start(element) => {
                self.open.push(FORMULAS.contains(&element.name));
                self.text.clear();
                start(element)
            }
            Token::Text(text) => {
                if self.open.last() == Some(&true) {
                    self.text.push_str(text);
                }
                Ok(())
            }
            Token::End => match self.open.pop() {
                Some(true) => judge(&std::mem::take(&mut self.text)),
                _ => Ok(()),
            },
        }
    }
}

/// Elements whose text is a formula.
const FORMULAS: &[&str] =
    &["c:f", "calculatedColumnFormula", "definedName", "f", "formula", "formula1", "formula2", "totalsRowFormula", "xm:f"];

/// Extensions that draw and check ([MS-XLSX] 2.3).
const EXTENSIONS: &[&str] = &[
    "{05C60535-1F16-4fd2-B633-F4F36F0B64E0}",
    "{78C0D931-6437-407d-A8EE-F0AAD7539E65}",
    "{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}",
];

fn start(element: &Element<'_>) -> Result<(), Refusal> {
    match element.name {
        "cfvo" if element.attr("type") == Some("formula") => judge(element.attr("val").unwrap_or_default()),
        "hyperlink" => judge(element.attr("location").unwrap_or_default()),
        "definedName" => name(element),
        "ext" if !element.attr("uri").is_some_and(|uri| EXTENSIONS.contains(&uri)) => Err(Refusal::new("ooxml.extension")),
        "sheet" => match element.attr("state") {
            None | Some("hidden" | "veryHidden" | "visible") => Ok(()),
            Some(_) => Err(Refusal::new("ooxml.sheet_state")),
        },
        _ => Ok(()),
    }
}

/// A name may be anything but one that runs.
fn name(element: &Element<'_>) -> Result<(), Refusal> {
    const ATTRIBUTES: &[&str] = &["comment", "hidden", "localSheetId", "name", "xml:space"];
    const BUILT_IN: &[&str] =
        &["_filterdatabase", "criteria", "database", "extract", "print_area", "print_titles", "sheet_title"];
    let name = element.attr("name").unwrap_or_default().to_lowercase();
    let built_in = name.strip_prefix("_xlnm.").is_none_or(|rest| BUILT_IN.contains(&rest));
    let plain = element.attributes.iter().all(|(attribute, _)| ATTRIBUTES.contains(attribute));
    let runs = ["auto_open", "auto_close", "auto_activate", "auto_deactivate"].iter().any(|auto| name.starts_with(auto));
    if built_in && plain && !runs && !name.is_empty() { Ok(()) } else { Err(Refusal::new("ooxml.defined_name")) }
}

/// Whether a formula only computes within the workbook: by what its characters are, not by a grammar.
fn judge(formula: &str) -> Result<(), Refusal> {
    calls::judge(formula)?;
    let mut rest = formula;
    while let Some(first) = rest.chars().next() {
        rest = match first {
            '"' => quoted(rest, '"').ok_or(Refusal::new("ooxml.formula"))?.1,
            '\'' => {
                let (sheet, after) = quoted(rest, '\'').ok_or(Refusal::new("ooxml.formula"))?;
                // Another workbook stands in brackets, with or without a path.
                if sheet.contains(['[', ']', '\\', '/', '|']) || !after.starts_with('!') {
                    return Err(Refusal::new("ooxml.formula_sheet"));
                }
                after.get(1..).unwrap_or_default()
            }
            '[' => columns(rest)?,
            '|' | '`' | '\\' => return Err(Refusal::new("ooxml.formula_character")),
            c if c.is_alphabetic() || c == '_' || !c.is_ascii() => {
                let end = rest.find(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && c != '_' && c != '.');
                let (word, after) = rest.split_at_checked(end.unwrap_or(rest.len())).unwrap_or((rest, ""));
                if after.starts_with('(') && !is_known_function(word) {
                    return Err(Refusal::new("ooxml.formula_function"));
                }
                after
            }
            c => rest.get(c.len_utf8()..).unwrap_or_default(),
        };
    }
    Ok(())
}

/// The text between two quotes, doubled ones being text, and what follows.
pub(super) fn quoted(text: &str, quote: char) -> Option<(&str, &str)> {
    let inner = text.strip_prefix(quote)?;
    let mut from = 0;
    loop {
        let at = inner.get(from..)?.find(quote)?.checked_add(from)?;
        let after = inner.get(at.checked_add(1)?..)?;
        if !after.starts_with(quote) {
            return Some((inner.get(..at)?, after));
        }
        from = at.checked_add(2)?;
    }
}

/// What follows the columns of a table in brackets. In front of a sheet's name, brackets name another workbook.
pub(super) fn columns(text: &str) -> Result<&str, Refusal> {
    let refuse = Refusal::new("ooxml.formula_bracket");
    let mut depth = 0_u32;
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '\'' => {
                characters.next();
            }
            '[' => depth = depth.saturating_add(1),
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            let after = text.get(at.saturating_add(1)..).unwrap_or_default();
            let another =
                after.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '!' | '\'' | '_' | '[' | '$') || !c.is_ascii());
            return if another { Err(refuse) } else { Ok(after) };
        }
    }
    Err(refuse)
}

/// Whether a function of this name computes and does nothing else.
pub(super) fn is_known_function(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let name = name.strip_prefix("_XLFN.").unwrap_or(&name);
    let name = name.strip_prefix("_XLWS.").unwrap_or(name);
    name.starts_with("_XLPM.") || KNOWN.contains(name)
}

static KNOWN: LazyLock<HashSet<&str>> = LazyLock::new(|| FUNCTIONS.split_ascii_whitespace().collect());

/// Functions that compute and do nothing else.
const FUNCTIONS: &str = "\
    ABS ACCRINT ACCRINTM ACOS ACOSH ACOT ACOTH ADDRESS AGGREGATE AMORDEGRC AMORLINC ANCHORARRAY AND ARABIC AREAS \
    ARRAYTOTEXT ASC ASIN ASINH ATAN ATAN2 ATANH AVEDEV AVERAGE AVERAGEA AVERAGEIF AVERAGEIFS BAHTTEXT BASE BESSELI \
    BESSELJ BESSELK BESSELY BETA.DIST BETA.INV BETADIST BETAINV BIN2DEC BIN2HEX BIN2OCT BINOM.DIST BINOM.DIST.RANGE \
    BINOM.INV BINOMDIST BITAND BITLSHIFT BITOR BITRSHIFT BITXOR BYCOL BYROW CEILING CEILING.MATH CEILING.PRECISE CELL \
    CHAR CHIDIST CHIINV CHISQ.DIST CHISQ.DIST.RT CHISQ.INV CHISQ.INV.RT CHISQ.TEST CHITEST CHOOSE CHOOSECOLS \
    CHOOSEROWS CLEAN CODE COLUMN COLUMNS COMBIN COMBINA COMPLEX CONCAT CONCATENATE CONFIDENCE CONFIDENCE.NORM \
    CONFIDENCE.T CONVERT CORREL COS COSH COT COTH COUNT COUNTA COUNTBLANK COUNTIF COUNTIFS COUPDAYBS COUPDAYS \
    COUPDAYSNC COUPNCD COUPNUM COUPPCD COVAR COVARIANCE.P COVARIANCE.S CRITBINOM CSC CSCH CUMIPMT CUMPRINC DATE \
    DATEDIF DATESTRING DATEVALUE DAVERAGE DAY DAYS DAYS360 DB DBCS DCOUNT DCOUNTA DDB DEC2BIN DEC2HEX DEC2OCT DECIMAL \
    DEGREES DELTA DEVSQ DGET DISC DMAX DMIN DOLLAR DOLLARDE DOLLARFR DPRODUCT DROP DSTDEV DSTDEVP DSUM DURATION DVAR \
    DVARP ECMA.CEILING EDATE EFFECT ENCODEURL EOMONTH ERF ERF.PRECISE ERFC ERFC.PRECISE ERROR.TYPE EVEN EXACT EXP \
    EXPAND EXPON.DIST EXPONDIST F.DIST F.DIST.RT F.INV F.INV.RT F.TEST FACT FACTDOUBLE FALSE FDIST FILTER FIND FINDB \
    FINV FISHER FISHERINV FIXED FLOOR FLOOR.MATH FLOOR.PRECISE FORECAST FORECAST.ETS FORECAST.ETS.CONFINT \
    FORECAST.ETS.SEASONALITY FORECAST.ETS.STAT FORECAST.LINEAR FORMULATEXT FREQUENCY FTEST FV FVSCHEDULE GAMMA \
    GAMMA.DIST GAMMA.INV GAMMADIST GAMMAINV GAMMALN GAMMALN.PRECISE GAUSS GCD GEOMEAN GESTEP GROUPBY GROWTH HARMEAN \
    HEX2BIN HEX2DEC HEX2OCT HLOOKUP HOUR HSTACK HYPGEOM.DIST HYPGEOMDIST IF IFERROR IFNA IFS IMABS IMAGINARY \
    IMARGUMENT IMCONJUGATE IMCOS IMCOSH IMCOT IMCSC IMCSCH IMDIV IMEXP IMLN IMLOG10 IMLOG2 IMPOWER IMPRODUCT IMREAL \
    IMSEC IMSECH IMSIN IMSINH IMSQRT IMSUB IMSUM IMTAN INDEX INDIRECT INT INTERCEPT INTRATE IPMT IRR ISBLANK ISERR \
    ISERROR ISEVEN ISFORMULA ISLOGICAL ISNA ISNONTEXT ISNUMBER ISO.CEILING ISODD ISOMITTED ISOWEEKNUM ISPMT ISREF \
    ISTEXT JIS KURT LAMBDA LARGE LCM LEFT LEFTB LEN LENB LET LINEST LN LOG LOG10 LOGEST LOGINV LOGNORM.DIST \
    LOGNORM.INV LOGNORMDIST LOOKUP LOWER MAKEARRAY MAP MATCH MAX MAXA MAXIFS MDETERM MDURATION MEDIAN MID MIDB MIN \
    MINA MINIFS MINUTE MINVERSE MIRR MMULT MOD MODE MODE.MULT MODE.SNGL MONTH MROUND MULTINOMIAL MUNIT N NA \
    NEGBINOM.DIST NEGBINOMDIST NETWORKDAYS NETWORKDAYS.INTL NOMINAL NORM.DIST NORM.INV NORM.S.DIST NORM.S.INV NORMDIST \
    NORMINV NORMSDIST NORMSINV NOT NOW NPER NPV NUMBERSTRING NUMBERVALUE OCT2BIN OCT2DEC OCT2HEX ODD ODDFPRICE \
    ODDFYIELD ODDLPRICE ODDLYIELD OFFSET OR PDURATION PEARSON PERCENTILE PERCENTILE.EXC PERCENTILE.INC PERCENTOF \
    PERCENTRANK PERCENTRANK.EXC PERCENTRANK.INC PERMUT PERMUTATIONA PHI PHONETIC PI PIVOTBY PMT POISSON POISSON.DIST \
    POWER PPMT PRICE PRICEDISC PRICEMAT PROB PRODUCT PROPER PV QUARTILE QUARTILE.EXC QUARTILE.INC QUOTIENT RADIANS \
    RAND RANDARRAY RANDBETWEEN RANK RANK.AVG RANK.EQ RATE RECEIVED REDUCE REGEXEXTRACT REGEXREPLACE REGEXTEST REPLACE \
    REPLACEB REPT RIGHT RIGHTB ROMAN ROUND ROUNDDOWN ROUNDUP ROW ROWS RRI RSQ SCAN SEARCH SEARCHB SEC SECH SECOND \
    SEQUENCE SERIESSUM SHEET SHEETS SIGN SIN SINGLE SINH SKEW SKEW.P SLN SLOPE SMALL SORT SORTBY SQRT SQRTPI \
    STANDARDIZE STDEV STDEV.P STDEV.S STDEVA STDEVP STDEVPA STEYX SUBSTITUTE SUBTOTAL SUM SUMIF SUMIFS SUMPRODUCT \
    SUMSQ SUMX2MY2 SUMX2PY2 SUMXMY2 SWITCH SYD T T.DIST T.DIST.2T T.DIST.RT T.INV T.INV.2T T.TEST TAKE TAN TANH \
    TBILLEQ TBILLPRICE TBILLYIELD TDIST TEXT TEXTAFTER TEXTBEFORE TEXTJOIN TEXTSPLIT TIME TIMEVALUE TINV TOCOL TODAY \
    TOROW TRANSPOSE TREND TRIM TRIMMEAN TRIMRANGE TRUE TRUNC TTEST TYPE UNICHAR UNICODE UNIQUE UPPER USDOLLAR VALUE \
    VALUETOTEXT VAR VAR.P VAR.S VARA VARP VARPA VDB VLOOKUP VSTACK WEEKDAY WEEKNUM WEIBULL WEIBULL.DIST WORKDAY \
    WORKDAY.INTL WRAPCOLS WRAPROWS XIRR XLOOKUP XMATCH XNPV XOR YEAR YEARFRAC YEN YIELD YIELDDISC YIELDMAT Z.TEST \
    ZTEST";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_computes_passes() {
        for formula in [
            "SUM(A1:B2)",
            "'表 1'!A1&\"[1]|x\"",
            "Table1[[#This Row],[金額]]*2",
            "_xlfn.XLOOKUP(A1,B:B,C:C)",
            "IF(A1=\"\",0,1)",
            "表!$A$1:$B$2,'b''c'!A1",
            "",
            "_xlfn._xlws.SORT(A1:A2)",
        ] {
            assert!(judge(formula).is_ok(), "{formula}");
        }
    }

    #[test]
    fn what_reaches_out_is_refused() {
        for formula in [
            "[1]Sheet1!A1",
            "[1]!x",
            "'[b.xlsx]S'!A1",
            "'\\\\h\\s\\[b]S'!A1",
            "cmd|'/c calc'!A0",
            "WEBSERVICE(A1)",
            "HYPERLINK(\"x\")",
            "_xll.f()",
            "表計算(1)",
            "CALL(1)",
            "\"x",
        ] {
            assert!(judge(formula).is_err(), "{formula}");
        }
    }
}

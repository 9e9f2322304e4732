//! Names of elements the core may write: by prefix, in the order of the alphabet. Whatever links, runs, embeds or fetches
//! is not here (ECMA-376 Parts 1 and 4; [MS-DOCX]; [MS-ODRAWXML]).

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

/// Whether an element of this qualified name may stand in a part.
pub(super) fn is_known(name: &str) -> bool {
    let (prefix, local) = name.split_once(':').unwrap_or(("", name));
    KNOWN.get(prefix).is_some_and(|names| names.contains(local))
}

/// Attributes that point out of the document or start something, whatever element carries them.
pub(super) fn is_forbidden(attribute: &str) -> bool {
    let local = attribute.rsplit(':').next().unwrap_or(attribute);
    FORBIDDEN.binary_search(&local.to_ascii_lowercase().as_str()).is_ok()
}

/// In lower case, without prefix.
const FORBIDDEN: &[&str] = &[
    "action",
    "althref",
    "base",
    "contenttype",
    "doclocation",
    "equationxml",
    "gfxdata",
    "href",
    "ignorable",
    "invalidurl",
    "link",
    "macro",
    "mustunderstand",
    "onclick",
    "pict",
    "processcontent",
    "progid",
    "schemalocation",
    "sigprovurl",
    "solutionid",
    "src",
    "target",
    "textlink",
    "tgtframe",
    "vbprocedure",
    "xlm",
];

static KNOWN: LazyLock<HashMap<&str, HashSet<&str>>> =
    LazyLock::new(|| ELEMENTS.iter().map(|(prefix, names)| (*prefix, names.split_ascii_whitespace().collect())).collect());

/// Prefixes, and the local names under each. Without a prefix stand the names of SpreadsheetML.
const ELEMENTS: &[(&str, &str)] = &[
    (
        "",
        "alignment author authors autoFilter b bgColor bookViews border borders bottom brk c calcPr \
         calculatedColumnFormula cellStyle cellStyleXfs cellStyles cellXfs cfRule cfvo charset chartsheet col \
         colBreaks color colorFilter colorScale colors cols comment commentList comments condense \
         conditionalFormatting customFilter customFilters dataBar dataValidation dataValidations dateGroupItem \
         definedName definedNames diagonal dimension drawing dxf dxfs dynamicFilter end evenFooter evenHeader ext \
         extLst extend f family fgColor fill fills filter filterColumn filters firstFooter firstHeader font fonts \
         formula formula1 formula2 gradientFill headerFooter horizontal hyperlink hyperlinks i iconFilter iconSet \
         ignoredError ignoredErrors indexedColors is left legacyDrawing mergeCell mergeCells mruColors name \
         numFmt numFmts oddFooter oddHeader outline outlinePr pageMargins pageSetUpPr pageSetup pane patternFill \
         phoneticPr picture printOptions protectedRange protectedRanges protection r rFont rPh rPr rgbColor right \
         row rowBreaks scheme selection shadow sheet sheetCalcPr sheetData sheetFormatPr sheetPr sheetProtection \
         sheetView sheetViews sheets si sortCondition sortState sst start stop strike styleSheet sz t tabColor \
         table tableColumn tableColumns tablePart tableParts tableStyle tableStyleElement tableStyleInfo \
         tableStyles text top top10 totalsRowFormula u v vertAlign vertical workbook workbookPr \
         workbookProtection workbookView worksheet xf xml",
    ),
    (
        "a",
        "accent1 accent2 accent3 accent4 accent5 accent6 ahLst ahPolar ahXY alpha alphaBiLevel alphaCeiling \
         alphaFloor alphaInv alphaMod alphaModFix alphaOff alphaOutset alphaRepl anchor arcTo avLst backdrop \
         band1H band1V band2H band2V bevel bevelB bevelT bgClr bgFillStyleLst biLevel bldChart bldDgm blend blip \
         blipFill blue blueMod blueOff blur bodyPr bottom br buAutoNum buBlip buChar buClr buClrTx buFont buFontTx \
         buNone buSzPct buSzPts buSzTx cNvCxnSpPr cNvGraphicFramePr cNvGrpSpPr cNvPicPr cNvPr cNvSpPr camera \
         cell3D chExt chOff chart close clrChange clrFrom clrMap clrRepl clrScheme clrTo comp cont contourClr cs \
         cubicBezTo custClr custClrLst custDash custGeom cxn cxnLst cxnSp cxnSpLocks defPPr defRPr dgm dk1 dk2 ds \
         duotone ea effect effectDag effectLst effectRef effectStyle effectStyleLst endCxn endParaRPr ext \
         extraClrScheme extraClrSchemeLst extrusionClr fgClr fill fillOverlay fillRect fillRef fillStyleLst \
         fillToRect firstCol firstRow flatTx fld fmtScheme folHlink font fontRef fontScheme gamma gd gdLst glow \
         gradFill graphic graphicData graphicFrame graphicFrameLocks gray grayscl green greenMod greenOff gridCol \
         grpFill grpSp grpSpLocks grpSpPr gs gsLst headEnd highlight hlink hlinkClick hsl hslClr hue hueMod hueOff \
         innerShdw insideH insideV inv invGamma lastCol lastRow latin left lightRig lin ln lnB lnBlToTr lnDef lnL \
         lnR lnRef lnSpc lnStyleLst lnT lnTlToBr lnTo lstStyle lt1 lt2 lum lumMod lumOff lvl1pPr lvl2pPr lvl3pPr \
         lvl4pPr lvl5pPr lvl6pPr lvl7pPr lvl8pPr lvl9pPr majorFont masterClrMapping minorFont miter moveTo neCell \
         noAutofit noFill norm normAutofit nvCxnSpPr nvGraphicFramePr nvGrpSpPr nvPicPr nvSpPr nwCell \
         objectDefaults off outerShdw overrideClrMapping p pPr path pathLst pattFill pic picLocks pos prstClr \
         prstDash prstGeom prstShdw prstTxWarp pt quadBezTo r rPr rect red redMod redOff reflection relOff right \
         rot round rtl sat satMod satOff scene3d schemeClr scrgbClr seCell shade softEdge solidFill sp sp3d \
         spAutoFit spDef spLocks spPr spcAft spcBef spcPct spcPts srcRect srgbClr stCxn stretch style swCell sx sy \
         sym sysClr t tab tabLst tableStyle tableStyleId tailEnd tbl tblBg tblGrid tblPr tblStyle tblStyleLst tc \
         tcBdr tcPr tcStyle tcTxStyle theme themeElements themeManager themeOverride tile tileRect tint tl2br top \
         tr tr2bl txBody txDef txSp uFill uFillTx uLn uLnTx up useSpRect wholeTbl xfrm",
    ),
    (
        "c",
        "applyToEnd applyToFront applyToSides area3DChart areaChart auto autoTitleDeleted axId axPos backWall \
         backward bandFmt bandFmts bar3DChart barChart barDir baseTimeUnit bubble3D bubbleChart bubbleScale \
         bubbleSize builtInUnit cat catAx chart chartObject chartSpace clrMapOvr crossAx crossBetween crosses \
         crossesAt custSplit custUnit dLbl dLblPos dLbls dPt dTable date1904 dateAx delete depthPercent \
         dispBlanksAs dispEq dispRSqr dispUnits dispUnitsLbl doughnutChart downBars dropLines errBarType errBars \
         errDir errValType explosion f firstSliceAng floor formatCode formatting forward gapDepth gapWidth \
         grouping h hMode hPercent hiLowLines holeSize idx intercept invertIfNegative lang layout layoutTarget \
         lblAlgn lblOffset leaderLines legend legendEntry legendPos line3DChart lineChart logBase lvl \
         majorGridlines majorTickMark majorTimeUnit majorUnit manualLayout marker max min minorGridlines \
         minorTickMark minorTimeUnit minorUnit minus multiLvlStrCache multiLvlStrRef name noEndCap noMultiLvlLbl \
         numCache numFmt numLit numRef ofPieChart ofPieType order orientation overlap overlay period perspective \
         pictureFormat pictureOptions pictureStackUnit pie3DChart pieChart pivotFmt plotArea plotVisOnly plus pt \
         ptCount rAngAx radarChart radarStyle rich rotX rotY roundedCorners scaling scatterChart scatterStyle \
         secondPiePt secondPieSize selection separator ser serAx serLines shape showBubbleSize showCatName \
         showDLblsOverMax showHorzBorder showKeys showLeaderLines showLegendKey showNegBubbles showOutline \
         showPercent showSerName showVal showVertBorder sideWall size sizeRepresents smooth spPr splitPos \
         splitType stockChart strCache strLit strRef style surface3DChart surfaceChart symbol thickness tickLblPos \
         tickLblSkip tickMarkSkip title trendline trendlineLbl trendlineType tx txPr upBars upDownBars \
         userInterface v val valAx varyColors view3D w wMode wireframe x xMode xVal y yMode yVal",
    ),
    (
        "dgm",
        "adj adjLst alg animLvl animOne bg bulletEnabled cat catLst chMax chPref choose clrData colorsDef \
         colorsDefHdr colorsDefHdrLst constr constrLst cxn cxnLst dataModel desc dir effectClrLst else ext extLst \
         fillClrLst forEach hierBranch if layoutDef layoutDefHdr layoutDefHdrLst layoutNode linClrLst orgChart \
         param prSet presLayoutVars presOf pt ptLst relIds resizeHandles rule ruleLst sampData scene3d shape sp3d \
         spPr style styleData styleDef styleDefHdr styleDefHdrLst styleLbl t title txEffectClrLst txFillClrLst \
         txLinClrLst txPr varLst whole",
    ),
    (
        "dsp",
        "cNvGrpSpPr cNvPr cNvSpPr dataModelExt drawing grpSp grpSpPr nvGrpSpPr nvSpPr sp spPr spTree style txBody \
         txXfrm",
    ),
    (
        "m",
        "acc accPr aln alnScr argPr argSz bar barPr baseJc begChr borderBox borderBoxPr box boxPr brk brkBin \
         brkBinSub cGp cGpRule cSp chr count ctrlPr d dPr defJc deg degHide den diff dispDef e endChr eqArr \
         eqArrPr f fName fPr func funcPr groupChr groupChrPr grow hideBot hideLeft hideRight hideTop intLim \
         interSp intraSp jc lMargin lim limLoc limLow limLowPr limUpp limUppPr lit m mPr mathFont mathPr maxDist \
         mc mcJc mcPr mcs mr nary naryLim naryPr noBreak nor num oMath oMathPara oMathParaPr objDist opEmu phant \
         phantPr plcHide pos postSp preSp r rMargin rPr rSp rSpRule rad radPr sPre sPrePr sSub sSubPr sSubSup \
         sSubSupPr sSup sSupPr scr sepChr show shp smallFrac strikeBLTR strikeH strikeTLBR strikeV sty sub subHide \
         sup supHide t transp type vertJc wrapIndent wrapRight zeroAsc zeroDesc zeroWid",
    ),
    ("o", "callout complex extrusion lock skew"),
    ("pic", "blipFill cNvPicPr cNvPr nvPicPr pic spPr"),
    (
        "v",
        "arc background curve f fill formulas group h handles imagedata line oval path polyline rect roundrect \
         shadow shape shapetype stroke textbox textpath",
    ),
    (
        "w",
        "abstractNum abstractNumId adjustLineHeightInTable adjustRightInd alias aliases alignBordersAndEdges \
         alignTablesRowByRow allowSpaceOfSameStyleInTable altName annotationRef applyBreakingRules \
         autoFormatOverride autoHyphenation autoRedefine autoSpaceDE autoSpaceDN autoSpaceLikeWord95 \
         autofitToFirstFixedWidthCell b bCs background balanceSingleByteDoubleByteWidth bar basedOn bdo bdr \
         between bibliography bidi bidiVisual body bookFoldPrinting bookFoldPrintingSheets bookFoldRevPrinting \
         bookmarkEnd bookmarkStart bordersDoNotSurroundFooter bordersDoNotSurroundHeader bottom br \
         cachedColBalance calcOnExit calendar cantSplit caps cellDel cellIns cellMerge characterSpacingControl \
         charset checkBox checked citation clrSchemeMapping cnfStyle col color cols column comboBox comment \
         commentRangeEnd commentRangeStart commentReference comments compat compatSetting consecutiveHyphenLimit \
         contextualSpacing continuationSeparator cr cs date dateFormat dayLong dayShort ddList decimalSymbol \
         default defaultTabStop defaultTableStyle del delInstrText delText dir dirty displayBackgroundShape \
         displayHangulFixedWidth displayHorizontalDrawingGridEvery displayVerticalDrawingGridEvery \
         doNotAutoCompressPictures doNotAutofitConstrainedTables doNotBreakConstrainedForcedTable \
         doNotBreakWrappedTables doNotDisplayPageBoundaries doNotExpandShiftReturn doNotHyphenateCaps \
         doNotIncludeSubdocsInStats doNotLeaveBackslashAlone doNotShadeFormData doNotSnapToGridInCell \
         doNotSuppressIndentation doNotSuppressParagraphBorders doNotTrackFormatting doNotTrackMoves \
         doNotUseEastAsianBreakRules doNotUseHTMLParagraphAutoSpacing doNotUseIndentAsNumberingTabStop \
         doNotUseMarginsForDrawingGridOrigin doNotVertAlignCellWithSp doNotVertAlignInTxbx doNotWrapTextWithPunct \
         docDefaults docGrid docPartCategory docPartGallery docPartObj docPartUnique document documentProtection \
         drawing drawingGridHorizontalOrigin drawingGridHorizontalSpacing drawingGridVerticalOrigin \
         drawingGridVerticalSpacing dropDownList dstrike eastAsianLayout effect em emboss enabled end endnote \
         endnotePr endnoteRef endnoteReference endnotes equation evenAndOddHeaders family ffData fitText fldChar \
         fldSimple font fonts footerReference footnote footnoteLayoutLikeWW8 footnotePr footnoteRef \
         footnoteReference footnotes forgetLastTabAlignment formProt format formsDesign framePr ftr gallery \
         gridAfter gridBefore gridCol gridSpan group growAutofit gutterAtTop hMerge hdr headerReference helpText \
         hidden hideGrammaticalErrors hideMark hideSpellingErrors highlight hps hpsBaseText hpsRaise hyperlink \
         hyphenationZone i iCs id ilvl imprint ind ins insideH insideV instrText isLgl jc keepLines keepNext kern \
         kinsoku lang lastRenderedPageBreak latentStyles layoutRawTableWidth layoutTableRowsApart left legacy lid \
         lineWrapLikeWord6 link listEntry listItem listSeparator lnNumType lock locked lsdException lvl lvlJc \
         lvlOverride lvlPicBulletId lvlRestart lvlText maxLength mirrorIndents mirrorMargins monthLong monthShort \
         moveFrom moveFromRangeEnd moveFromRangeStart moveTo moveToRangeEnd moveToRangeStart multiLevelType \
         mwSmallCaps name next noBorder noBreakHyphen noColumnBalance noEndnote noExtraLineSpacing noLeading \
         noLineBreaksAfter noLineBreaksBefore noProof noPunctuationKerning noSpaceRaiseLower noTabHangInd noWrap \
         notTrueType nsid num numFmt numId numIdMacAtCleanup numPicBullet numPr numRestart numStart numStyleLink \
         numbering numberingChange oMath outline outlineLvl overflowPunct p pBdr pPr pPrChange pPrDefault pStyle \
         pageBreakBefore panose1 paperSrc permEnd permStart personal personalCompose personalReply pgBorders pgMar \
         pgNum pgNumType pgSz pict picture pitch pos position printBodyTextBeforeHeader printColBlack \
         printFormsData printFractionalCharacterWidth printPostScriptOverText printTwoOnOne ptab qFormat r rFonts \
         rPr rPrChange rPrDefault rStyle result richText right rt rtl rtlGutter ruby rubyAlign rubyBase rubyPr \
         saveFormsData sdt sdtContent sdtEndPr sdtPr sectPr sectPrChange selectFldWithFirstOrLastChar semiHidden \
         separator settings shadow shapeLayoutLikeWW8 shd showBreaksInFrames showingPlcHdr sig size smallCaps \
         snapToGrid softHyphen spaceForUL spacing spacingInWholePoints specVanish splitPgBreakAndParaMark start \
         startOverride statusText storeMappedDataAs strictFirstAndLastChars strike style styleLink styleLockQFSet \
         styleLockTheme styles subFontBySize suff summaryLength suppressAutoHyphens suppressBottomSpacing \
         suppressLineNumbers suppressOverlap suppressSpBfAfterPgBrk suppressSpacingAtTopOfPage suppressTopSpacing \
         suppressTopSpacingWP swapBordersFacingPages sym sz szCs t tab tabs tag tbl tblBorders tblCaption \
         tblCellMar tblCellSpacing tblDescription tblGrid tblGridChange tblHeader tblInd tblLayout tblLook \
         tblOverlap tblPr tblPrChange tblPrEx tblPrExChange tblStyle tblStyleColBandSize tblStylePr \
         tblStyleRowBandSize tblW tblpPr tc tcBorders tcFitText tcMar tcPr tcPrChange tcW temporary text \
         textAlignment textDirection textInput textboxTightWrap themeFontLang titlePg tl2br tmpl top topLinePunct \
         tr tr2bl trHeight trPr trPrChange trackRevisions truncateFontHeightsLikeWP6 txbxContent type u uiPriority \
         ulTrailSpace underlineTabInNumList unhideWhenUsed useAltKinsokuLineBreakRules useAnsiKerningPairs \
         useFELayout useNormalStyleForList usePrinterMetrics useSingleBorderforContiguousCells \
         useWord2002TableStyleRules useWord97LineBreakRules vAlign vMerge vanish vertAlign view w wAfter wBefore \
         webHidden widowControl wordWrap wpJustification wpSpaceWidth wrapTrailSpaces yearLong yearShort zoom",
    ),
    ("w10", "anchorlock borderbottom borderleft borderright bordertop wrap"),
    ("w14", "checkbox checked checkedState uncheckedState"),
    (
        "wp",
        "align anchor cNvGraphicFramePr docPr effectExtent extent inline lineTo posOffset positionH positionV \
         simplePos start wrapNone wrapPolygon wrapSquare wrapThrough wrapTight wrapTopAndBottom",
    ),
    ("wp14", "pctHeight pctPosHOffset pctPosVOffset pctWidth sizeRelH sizeRelV"),
    ("wpc", "bg graphicFrame whole wpc"),
    ("wpg", "cNvFrPr cNvGrpSpPr cNvPr graphicFrame grpSp grpSpPr wgp xfrm"),
    ("wps", "bodyPr cNvCnPr cNvPr cNvSpPr linkedTxbx spPr style txbx wsp"),
    ("x", "Anchor AutoFill ClientData Column MoveWithCells Row SizeWithCells"),
    (
        "x14",
        "axisColor borderColor cfIcon cfRule cfvo color colorAxis colorFirst colorHigh colorLast colorLow \
         colorMarkers colorNegative colorScale colorSeries conditionalFormatting conditionalFormattings dataBar \
         dataValidation dataValidations dxf fillColor formula1 formula2 iconSet negativeBorderColor \
         negativeFillColor sparkline sparklineGroup sparklineGroups sparklines",
    ),
    (
        "xdr",
        "absoluteAnchor blipFill cNvCxnSpPr cNvGraphicFramePr cNvGrpSpPr cNvPicPr cNvPr cNvSpPr clientData col \
         colOff cxnSp ext from graphicFrame grpSp grpSpPr nvCxnSpPr nvGraphicFramePr nvGrpSpPr nvPicPr nvSpPr \
         oneCellAnchor pic pos row rowOff sp spPr style to twoCellAnchor txBody wsDr xfrm",
    ),
    ("xm", "f sqref"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(FORBIDDEN.is_sorted());
    }

    #[test]
    fn what_links_runs_or_embeds_is_not_known() {
        for name in [
            "w:altChunk",
            "w:object",
            "w:control",
            "w:subDoc",
            "w:attachedTemplate",
            "w:mailMerge",
            "w:dataBinding",
            "w:frame",
            "o:OLEObject",
            "a:hlinkHover",
            "a:videoFile",
            "c:externalData",
            "v:image",
            "mc:AlternateContent",
            "w",
        ] {
            assert!(!is_known(name), "{name}");
        }
        for attribute in ["o:href", "src", "r:link", "r:href", "macro", "o:gfxdata"] {
            assert!(is_forbidden(attribute), "{attribute}");
        }
    }
}

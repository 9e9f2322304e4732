//! WordprocessingML (ECMA-376 Part 1, 17).

use super::Group;

/// `w`.
pub(super) const W: &[Group] = &[
    Group {
        attributes: "",
        elements: "annotationRef bibliography body checkBox citation comments compat continuationSeparator cr dayLong \
            dayShort ddList docDefaults docPartObj document drawing endnotePr endnoteRef endnotes equation \
            ffData fonts footnotePr footnoteRef footnotes ftr group hdr lastRenderedPageBreak monthLong \
            monthShort noBreakHyphen numPr numbering p pBdr pPr pPrDefault pgNum pict picture r rPr rPrDefault \
            richText rt ruby rubyBase rubyPr sdt sdtContent sdtEndPr sdtPr sectPr separator settings softHyphen \
            styles tabs tbl tblBorders tblCellMar tblGrid tblPr tblPrEx tc tcBorders tcMar tcPr textInput tr \
            trPr txbxContent yearLong yearShort",
    },
    Group { attributes: "abstractNumId", elements: "abstractNum" },
    Group { attributes: "fullDate", elements: "date" },
    Group { attributes: "id", elements: "commentReference tblGridChange" },
    Group { attributes: "ilvl", elements: "lvlOverride" },
    Group { attributes: "lastValue", elements: "comboBox dropDownList" },
    Group { attributes: "multiLine", elements: "text" },
    Group { attributes: "name", elements: "font" },
    Group { attributes: "numPicBulletId", elements: "numPicBullet" },
    Group { attributes: "type", elements: "tblLayout tblStylePr" },
    Group {
        attributes: "val",
        elements: "abstractNumId adjustLineHeightInTable adjustRightInd alias aliases alignBordersAndEdges \
            alignTablesRowByRow allowSpaceOfSameStyleInTable altName applyBreakingRules autoFormatOverride \
            autoHyphenation autoRedefine autoSpaceDE autoSpaceDN autoSpaceLikeWord95 \
            autofitToFirstFixedWidthCell b bCs balanceSingleByteDoubleByteWidth basedOn bdo bidi bidiVisual \
            bookFoldPrinting bookFoldPrintingSheets bookFoldRevPrinting bordersDoNotSurroundFooter \
            bordersDoNotSurroundHeader cachedColBalance calcOnExit calendar cantSplit caps \
            characterSpacingControl checked column consecutiveHyphenLimit contextualSpacing cs dateFormat \
            decimalSymbol default defaultTabStop defaultTableStyle dir dirty displayBackgroundShape \
            displayHangulFixedWidth displayHorizontalDrawingGridEvery displayVerticalDrawingGridEvery \
            doNotAutoCompressPictures doNotAutofitConstrainedTables doNotBreakConstrainedForcedTable \
            doNotBreakWrappedTables doNotDisplayPageBoundaries doNotExpandShiftReturn doNotHyphenateCaps \
            doNotIncludeSubdocsInStats doNotLeaveBackslashAlone doNotShadeFormData doNotSnapToGridInCell \
            doNotSuppressIndentation doNotSuppressParagraphBorders doNotTrackFormatting doNotTrackMoves \
            doNotUseEastAsianBreakRules doNotUseHTMLParagraphAutoSpacing doNotUseIndentAsNumberingTabStop \
            doNotUseMarginsForDrawingGridOrigin doNotVertAlignCellWithSp doNotVertAlignInTxbx \
            doNotWrapTextWithPunct docPartCategory docPartGallery docPartUnique drawingGridHorizontalOrigin \
            drawingGridHorizontalSpacing drawingGridVerticalOrigin drawingGridVerticalSpacing dstrike effect em \
            emboss enabled evenAndOddHeaders family footnoteLayoutLikeWW8 forgetLastTabAlignment formProt format \
            formsDesign gallery gridAfter gridBefore gridSpan growAutofit gutterAtTop hMerge hidden \
            hideGrammaticalErrors hideMark hideSpellingErrors highlight hps hpsBaseText hpsRaise hyphenationZone \
            i iCs id ilvl imprint isLgl jc keepLines keepNext kern kinsoku layoutRawTableWidth \
            layoutTableRowsApart lid lineWrapLikeWord6 link listEntry listSeparator lock locked lvlJc \
            lvlPicBulletId lvlRestart lvlText maxLength mirrorIndents mirrorMargins multiLevelType mwSmallCaps \
            next noBorder noColumnBalance noEndnote noExtraLineSpacing noLeading noProof noPunctuationKerning \
            noSpaceRaiseLower noTabHangInd noWrap notTrueType nsid numId numIdMacAtCleanup numRestart numStart \
            numStyleLink oMath outline outlineLvl overflowPunct pStyle pageBreakBefore panose1 personal \
            personalCompose personalReply pitch pos position printBodyTextBeforeHeader printColBlack \
            printFormsData printFractionalCharacterWidth printPostScriptOverText printTwoOnOne qFormat rStyle \
            result rtl rtlGutter rubyAlign saveFormsData selectFldWithFirstOrLastChar semiHidden shadow \
            shapeLayoutLikeWW8 showBreaksInFrames showingPlcHdr size smallCaps snapToGrid spaceForUL \
            spacingInWholePoints specVanish splitPgBreakAndParaMark startOverride storeMappedDataAs \
            strictFirstAndLastChars strike styleLink styleLockQFSet styleLockTheme subFontBySize suff \
            summaryLength suppressAutoHyphens suppressBottomSpacing suppressLineNumbers suppressOverlap \
            suppressSpBfAfterPgBrk suppressSpacingAtTopOfPage suppressTopSpacing suppressTopSpacingWP \
            swapBordersFacingPages sz szCs tag tblCaption tblDescription tblHeader tblOverlap tblStyle \
            tblStyleColBandSize tblStyleRowBandSize tcFitText temporary textAlignment textDirection \
            textboxTightWrap titlePg tmpl topLinePunct trackRevisions truncateFontHeightsLikeWP6 type uiPriority \
            ulTrailSpace underlineTabInNumList unhideWhenUsed useAltKinsokuLineBreakRules useAnsiKerningPairs \
            useFELayout useNormalStyleForList usePrinterMetrics useSingleBorderforContiguousCells \
            useWord2002TableStyleRules useWord97LineBreakRules vAlign vMerge vanish vertAlign view w webHidden \
            widowControl wordWrap wpJustification wpSpaceWidth wrapTrailSpaces",
    },
    Group { attributes: "w", elements: "gridCol" },
    Group { attributes: "xml:space", elements: "delInstrText delText instrText t" },
    Group { attributes: "char font", elements: "sym" },
    Group { attributes: "characterSet val", elements: "charset" },
    Group { attributes: "clear type", elements: "br" },
    Group { attributes: "customMarkFollows id", elements: "endnoteReference footnoteReference" },
    Group { attributes: "decorated val", elements: "name" },
    Group {
        attributes: "displacedByCustomXml id",
        elements: "bookmarkEnd commentRangeEnd commentRangeStart moveFromRangeEnd moveToRangeEnd permEnd",
    },
    Group { attributes: "displayText value", elements: "listItem" },
    Group { attributes: "durableId numId", elements: "num" },
    Group { attributes: "dxaOrig dyaOrig", elements: "object" },
    Group { attributes: "first other", elements: "paperSrc" },
    Group { attributes: "fldCharType fldLock", elements: "fldChar" },
    Group { attributes: "fldLock instr", elements: "fldSimple" },
    Group { attributes: "format val", elements: "numFmt" },
    Group { attributes: "hRule val", elements: "trHeight" },
    Group { attributes: "id type", elements: "endnote footnote" },
    Group { attributes: "id val", elements: "fitText" },
    Group { attributes: "lang val", elements: "noLineBreaksAfter noLineBreaksBefore" },
    Group { attributes: "percent val", elements: "zoom" },
    Group { attributes: "r:id type", elements: "footerReference headerReference" },
    Group { attributes: "space w", elements: "col" },
    Group { attributes: "type val", elements: "helpText statusText" },
    Group { attributes: "type w", elements: "tblCellSpacing tblInd tblW tcW wAfter wBefore" },
    Group { attributes: "alignment leader relativeTo", elements: "ptab" },
    Group {
        attributes: "author date id",
        elements: "cellDel cellIns del ins moveFrom moveTo pPrChange rPrChange sectPrChange tblPrChange tblPrExChange \
            tcPrChange trPrChange",
    },
    Group { attributes: "bidi eastAsia val", elements: "lang themeFontLang" },
    Group { attributes: "charSpace linePitch type", elements: "docGrid" },
    Group { attributes: "display offsetFrom zOrder", elements: "pgBorders" },
    Group { attributes: "edit enforcement formatting", elements: "documentProtection" },
    Group { attributes: "ilvl tentative tplc", elements: "lvl" },
    Group { attributes: "leader pos val", elements: "tab" },
    Group { attributes: "legacy legacyIndent legacySpace", elements: "legacy" },
    Group { attributes: "name uri val", elements: "compatSetting" },
    Group { attributes: "anchor history r:id tooltip", elements: "hyperlink" },
    Group { attributes: "author date id initials", elements: "comment" },
    Group { attributes: "author date id original", elements: "numberingChange" },
    Group { attributes: "chapSep chapStyle fmt start", elements: "pgNumType" },
    Group { attributes: "code h orient w", elements: "pgSz" },
    Group { attributes: "color themeColor themeShade themeTint", elements: "background" },
    Group { attributes: "countBy distance restart start", elements: "lnNumType" },
    Group { attributes: "equalWidth num sep space", elements: "cols" },
    Group { attributes: "themeColor themeShade themeTint val", elements: "color" },
    Group { attributes: "author date id vMerge vMergeOrig", elements: "cellMerge" },
    Group { attributes: "colFirst colLast displacedByCustomXml id name", elements: "bookmarkStart" },
    Group { attributes: "color themeColor themeShade themeTint val", elements: "u" },
    Group { attributes: "combine combineBrackets id vert vertCompress", elements: "eastAsianLayout" },
    Group { attributes: "customStyle default styleId type val", elements: "style" },
    Group { attributes: "colFirst colLast displacedByCustomXml ed edGrp id", elements: "permStart" },
    Group {
        attributes: "count defLockedState defQFormat defSemiHidden defUIPriority defUnhideWhenUsed",
        elements: "latentStyles",
    },
    Group { attributes: "csb0 csb1 usb0 usb1 usb2 usb3", elements: "sig" },
    Group { attributes: "locked name qFormat semiHidden uiPriority unhideWhenUsed", elements: "lsdException" },
    Group {
        attributes: "author colFirst colLast date displacedByCustomXml id name",
        elements: "moveFromRangeStart moveToRangeStart",
    },
    Group { attributes: "bottom footer gutter header left right top", elements: "pgMar" },
    Group { attributes: "firstColumn firstRow lastColumn lastRow noHBand noVBand val", elements: "tblLook" },
    Group {
        attributes: "after afterAutospacing afterLines before beforeAutospacing beforeLines line lineRule val",
        elements: "spacing",
    },
    Group { attributes: "ascii asciiTheme cs cstheme eastAsia eastAsiaTheme hAnsi hAnsiTheme hint", elements: "rFonts" },
    Group {
        attributes: "color fill themeColor themeFill themeFillShade themeFillTint themeShade themeTint val",
        elements: "shd",
    },
    Group {
        attributes: "color frame shadow space sz themeColor themeShade themeTint val",
        elements: "bar bdr between insideH insideV tl2br tr2bl",
    },
    Group {
        attributes: "bottomFromText horzAnchor leftFromText rightFromText tblpX tblpXSpec tblpY tblpYSpec topFromText \
            vertAnchor",
        elements: "tblpPr",
    },
    Group {
        attributes: "color frame shadow space sz themeColor themeShade themeTint type val w",
        elements: "bottom end left right start top",
    },
    Group {
        attributes: "accent1 accent2 accent3 accent4 accent5 accent6 bg1 bg2 followedHyperlink hyperlink t1 t2",
        elements: "clrSchemeMapping",
    },
    Group {
        attributes: "end endChars firstLine firstLineChars hanging hangingChars left leftChars right rightChars start \
            startChars",
        elements: "ind",
    },
    Group {
        attributes: "evenHBand evenVBand firstColumn firstRow firstRowFirstColumn firstRowLastColumn lastColumn lastRow \
            lastRowFirstColumn lastRowLastColumn oddHBand oddVBand val",
        elements: "cnfStyle",
    },
    Group {
        attributes: "anchorLock dropCap h hAnchor hRule hSpace lines vAnchor vSpace w wrap x xAlign y yAlign",
        elements: "framePr",
    },
];

/// Elements of `w` that hold text.
pub(super) const W_TEXT: &str = "delInstrText delText instrText t";

/// `w14`.
pub(super) const W14: &[Group] = &[
    Group { attributes: "", elements: "checkbox" },
    Group { attributes: "val", elements: "checked" },
    Group { attributes: "font val", elements: "checkedState uncheckedState" },
];

/// Elements of `w14` that hold text.
pub(super) const W14_TEXT: &str = "";

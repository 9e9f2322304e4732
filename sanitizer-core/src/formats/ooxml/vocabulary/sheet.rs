//! SpreadsheetML (ECMA-376 Part 1, 18) and the extensions of it that only draw ([MS-XLSX] 2.3): nothing that connects,
//! embeds, runs or identifies.

use super::Group;

/// `x`.
pub(super) const X: &[Group] = &[
    Group {
        attributes: "",
        elements: "authors bookViews chartsheet colorScale colors cols commentList comments definedNames dxf fill font \
            hyperlinks ignoredErrors indexedColors is mruColors protectedRanges r rPr sheetViews sheets si \
            styleSheet text workbook worksheet",
    },
    Group { attributes: "and", elements: "customFilters" },
    Group {
        attributes: "count",
        elements: "borders cellStyleXfs cellStyles cellXfs dxfs fills fonts mergeCells numFmts tableColumns tableParts",
    },
    Group { attributes: "fullCalcOnLoad", elements: "sheetCalcPr" },
    Group { attributes: "patternType", elements: "patternFill" },
    Group { attributes: "position", elements: "stop" },
    Group { attributes: "r:id", elements: "drawing legacyDrawing picture tablePart" },
    Group { attributes: "ref", elements: "autoFilter mergeCell" },
    Group { attributes: "rgb", elements: "rgbColor" },
    Group { attributes: "style", elements: "bottom diagonal end horizontal left right start top vertical" },
    Group {
        attributes: "val",
        elements: "charset condense extend family name outline rFont scheme shadow strike sz u vertAlign",
    },
    Group {
        attributes: "xml:space",
        elements: "author evenFooter evenHeader firstFooter firstHeader formula formula1 formula2 oddFooter oddHeader v",
    },
    Group { attributes: "array xml:space", elements: "calculatedColumnFormula totalsRowFormula" },
    Group { attributes: "authorId ref", elements: "comment" },
    Group { attributes: "autoPageBreaks fitToPage", elements: "pageSetUpPr" },
    Group { attributes: "cellColor dxfId", elements: "colorFilter" },
    Group { attributes: "count manualBreakCount", elements: "colBreaks rowBreaks" },
    Group { attributes: "count uniqueCount", elements: "sst" },
    Group { attributes: "eb sb", elements: "rPh" },
    Group { attributes: "formatCode numFmtId", elements: "numFmt" },
    Group { attributes: "hidden locked", elements: "protection" },
    Group { attributes: "iconId iconSet", elements: "iconFilter" },
    Group { attributes: "operator val", elements: "customFilter" },
    Group { attributes: "pivot sqref", elements: "conditionalFormatting" },
    Group { attributes: "refreshError sheetId", elements: "sheetData" },
    Group { attributes: "alignment fontId type", elements: "phoneticPr" },
    Group { attributes: "blank calendarType count", elements: "filters" },
    Group { attributes: "colId hiddenButton showButton", elements: "filterColumn" },
    Group { attributes: "count defaultPivotStyle defaultTableStyle", elements: "tableStyles" },
    Group { attributes: "diagonalDown diagonalUp outline", elements: "border" },
    Group { attributes: "dxfId size type", elements: "tableStyleElement" },
    Group { attributes: "gte type val", elements: "cfvo" },
    Group { attributes: "maxLength minLength showValue", elements: "dataBar" },
    Group { attributes: "activeCell activeCellId pane sqref", elements: "selection" },
    Group { attributes: "alignWithMargins differentFirst differentOddEven scaleWithDoc", elements: "headerFooter" },
    Group { attributes: "applyStyles showOutlineSymbols summaryBelow summaryRight", elements: "outlinePr" },
    Group { attributes: "caption measure name ref", elements: "dimension" },
    Group { attributes: "caseSensitive columnSort ref sortMethod", elements: "sortState" },
    Group { attributes: "count disablePrompts xWindow yWindow", elements: "dataValidations" },
    Group { attributes: "count name pivot table", elements: "tableStyle" },
    Group { attributes: "filterVal percent top val", elements: "top10" },
    Group { attributes: "i r t val", elements: "i" },
    Group { attributes: "iconSet percent reverse showValue", elements: "iconSet" },
    Group { attributes: "name r:id sheetId state", elements: "sheet" },
    Group { attributes: "activePane state topLeftCell xSplit ySplit", elements: "pane" },
    Group { attributes: "auto indexed rgb theme tint", elements: "bgColor color fgColor tabColor" },
    Group { attributes: "display location r:id ref tooltip", elements: "hyperlink" },
    Group { attributes: "gridLines gridLinesSet headings horizontalCentered verticalCentered", elements: "printOptions" },
    Group { attributes: "id man max min pt", elements: "brk" },
    Group { attributes: "maxVal maxValIso type val valIso", elements: "dynamicFilter" },
    Group { attributes: "name showColumnStripes showFirstColumn showLastColumn showRowStripes", elements: "tableStyleInfo" },
    Group { attributes: "bottom degree left right top type", elements: "gradientFill" },
    Group { attributes: "bottom footer header left right top", elements: "pageMargins" },
    Group { attributes: "builtinId customBuiltin hidden iLevel name xfId", elements: "cellStyle" },
    Group { attributes: "c cp f u v val", elements: "b" },
    Group { attributes: "a i l ph r s t", elements: "c" },
    Group { attributes: "algorithmName hashValue name password saltValue spinCount sqref", elements: "protectedRange" },
    Group { attributes: "customList descending dxfId iconId iconSet ref sortBy", elements: "sortCondition" },
    Group {
        attributes: "date1904 dateCompatibility defaultThemeVersion filterPrivacy showBorderUnselectedTables showObjects \
            showPivotChartFilter",
        elements: "workbookPr",
    },
    Group { attributes: "dateTimeGrouping day hour minute month second year", elements: "dateGroupItem" },
    Group {
        attributes: "enableFormatConditionsCalculation filterMode syncHorizontal syncRef syncVertical transitionEntry \
            transitionEvaluation",
        elements: "sheetPr",
    },
    Group { attributes: "comment function hidden localSheetId name vbProcedure xlm xml:space", elements: "definedName" },
    Group {
        attributes: "baseColWidth customHeight defaultColWidth defaultRowHeight outlineLevelCol outlineLevelRow \
            thickBottom thickTop zeroHeight",
        elements: "sheetFormatPr",
    },
    Group { attributes: "bestFit collapsed customWidth hidden max min outlineLevel phonetic style width", elements: "col" },
    Group {
        attributes: "calculatedColumn emptyCellReference evalError formula formulaRange listDataValidation \
            numberStoredAsText sqref twoDigitTextYear unlockedFormula",
        elements: "ignoredError",
    },
    Group {
        attributes: "dataCellStyle dataDxfId headerRowCellStyle headerRowDxfId id name totalsRowCellStyle totalsRowDxfId \
            totalsRowFunction totalsRowLabel",
        elements: "tableColumn",
    },
    Group {
        attributes: "horizontal indent justifyLastLine mergeCell readingOrder relativeIndent shrinkToFit textRotation \
            vertical wrapText",
        elements: "alignment",
    },
    Group { attributes: "b bc c ct fc fi i si st u xml:space", elements: "t" },
    Group {
        attributes: "evalOrder fld iMeasureFld iMeasureHier id mpFld name stringValue1 stringValue2 type val",
        elements: "filter",
    },
    Group {
        attributes: "calcCompleted calcMode calcOnSave concurrentCalc concurrentManualCount forceFullCalc fullCalcOnLoad \
            fullPrecision iterate iterateCount iterateDelta refMode",
        elements: "calcPr",
    },
    Group {
        attributes: "collapsed customFormat customHeight hidden ht outlineLevel ph r s spans thickBot thickTop",
        elements: "row",
    },
    Group {
        attributes: "aboveAverage bottom dxfId equalAverage operator percent priority rank stdDev stopIfTrue text \
            timePeriod type",
        elements: "cfRule",
    },
    Group { attributes: "aca bx ca del1 del2 dt2D dtr r1 r2 ref si t xml:space", elements: "f" },
    Group {
        attributes: "activeTab autoFilterDateGrouping firstSheet minimized showHorizontalScroll showSheetTabs \
            showVerticalScroll tabRatio visibility windowHeight windowWidth xWindow yWindow",
        elements: "workbookView",
    },
    Group {
        attributes: "allowBlank error errorStyle errorTitle imeMode operator prompt promptTitle showDropDown \
            showErrorMessage showInputMessage sqref type",
        elements: "dataValidation",
    },
    Group {
        attributes: "applyAlignment applyBorder applyFill applyFont applyNumberFormat applyProtection borderId fillId \
            fontId numFmtId pivotButton quotePrefix xfId",
        elements: "xf",
    },
    Group {
        attributes: "blackAndWhite cellComments copies draft errors firstPageNumber fitToHeight fitToWidth orientation \
            pageOrder paperSize scale useFirstPageNumber",
        elements: "pageSetup",
    },
    Group {
        attributes: "lockRevision lockStructure lockWindows revisionsAlgorithmName revisionsHashValue revisionsPassword \
            revisionsSaltValue revisionsSpinCount workbookAlgorithmName workbookHashValue workbookPassword \
            workbookSaltValue workbookSpinCount",
        elements: "workbookProtection",
    },
    Group {
        attributes: "comment dataCellStyle dataDxfId displayName headerRowBorderDxfId headerRowCellStyle headerRowCount \
            headerRowDxfId id insertRow insertRowShift name ref tableBorderDxfId totalsRowBorderDxfId \
            totalsRowCellStyle totalsRowCount totalsRowDxfId totalsRowShown",
        elements: "table",
    },
    Group {
        attributes: "colorId defaultGridColor rightToLeft showFormulas showGridLines showOutlineSymbols showRowColHeaders \
            showRuler showWhiteSpace showZeros tabSelected topLeftCell view windowProtection workbookViewId \
            zoomScale zoomScaleNormal zoomScalePageLayoutView zoomScaleSheetLayoutView zoomToFit",
        elements: "sheetView",
    },
    Group {
        attributes: "algorithmName autoFilter content deleteColumns deleteRows formatCells formatColumns formatRows \
            hashValue insertColumns insertHyperlinks insertRows objects password pivotTables saltValue scenarios \
            selectLockedCells selectUnlockedCells sheet sort spinCount",
        elements: "sheetProtection",
    },
];

/// Elements of `x` that hold text.
pub(super) const X_TEXT: &str = "author calculatedColumnFormula definedName evenFooter evenHeader f firstFooter firstHeader formula formula1 formula2 \
    oddFooter oddHeader t totalsRowFormula v";

/// `x14`.
pub(super) const X14: &[Group] = &[
    Group {
        attributes: "",
        elements: "colorScale conditionalFormattings dxf formula1 formula2 sparkline sparklineGroups sparklines",
    },
    Group { attributes: "pivot", elements: "conditionalFormatting" },
    Group { attributes: "gte type", elements: "cfvo" },
    Group { attributes: "iconId iconSet", elements: "cfIcon" },
    Group { attributes: "count disablePrompts xWindow yWindow", elements: "dataValidations" },
    Group {
        attributes: "auto indexed rgb theme tint",
        elements: "axisColor borderColor color colorAxis colorFirst colorHigh colorLast colorLow colorMarkers \
            colorNegative colorSeries fillColor negativeBorderColor negativeFillColor",
    },
    Group { attributes: "custom iconSet percent reverse showValue", elements: "iconSet" },
    Group {
        attributes: "axisPosition border direction gradient maxLength minLength negativeBarBorderColorSameAsPositive \
            negativeBarColorSameAsPositive showValue",
        elements: "dataBar",
    },
    Group {
        attributes: "allowBlank error errorStyle errorTitle imeMode operator prompt promptTitle showDropDown \
            showErrorMessage showInputMessage type",
        elements: "dataValidation",
    },
    Group {
        attributes: "aboveAverage activePresent bottom equalAverage id operator percent priority rank stdDev stopIfTrue \
            text timePeriod type",
        elements: "cfRule",
    },
    Group {
        attributes: "dateAxis displayEmptyCellsAs displayHidden displayXAxis first high last lineWeight low manualMax \
            manualMin markers maxAxisType minAxisType negative rightToLeft type",
        elements: "sparklineGroup",
    },
];

/// Elements of `x14` that hold text.
pub(super) const X14_TEXT: &str = "";

/// `xm`.
pub(super) const XM: &[Group] = &[Group { attributes: "", elements: "f sqref" }];

/// Elements of `xm` that hold text.
pub(super) const XM_TEXT: &str = "f sqref";

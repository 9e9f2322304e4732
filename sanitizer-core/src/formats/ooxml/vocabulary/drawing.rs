//! DrawingML and its places in documents and sheets (ECMA-376 Part 1, 20).

use super::Group;

/// `a`.
pub(super) const A: &[Group] = &[
    Group {
        attributes: "",
        elements: "accent1 accent2 accent3 accent4 accent5 accent6 ahLst alphaCeiling alphaFloor alphaInv avLst \
            backdrop band1H band1V band2H band2V bgClr bgFillStyleLst bottom br buBlip buClr buClrTx buFontTx \
            buNone buSzTx cNvCxnSpPr cNvGraphicFramePr cNvGrpSpPr close clrFrom clrRepl clrTo comp contourClr \
            cubicBezTo custClrLst custDash custGeom cxnLst cxnSp dk1 dk2 duotone effectLst effectStyle \
            effectStyleLst extraClrScheme extraClrSchemeLst extrusionClr fgClr fill fillStyleLst firstCol \
            firstRow folHlink gamma gdLst graphic graphicFrame gray grayscl grpFill grpSp gsLst highlight hlink \
            insideH insideV inv invGamma lastCol lastRow left lnDef lnSpc lnStyleLst lnTo lstStyle lt1 lt2 \
            majorFont masterClrMapping minorFont moveTo neCell noAutofit noFill nvCxnSpPr nvGraphicFramePr \
            nvGrpSpPr nvPicPr nvSpPr nwCell objectDefaults p pathLst pic quadBezTo r right round scene3d seCell \
            solidFill sp spAutoFit spDef spcAft spcBef stretch style swCell t tabLst tableStyleId tbl tblBg \
            tblGrid tcBdr tcStyle themeElements themeManager themeOverride tl2br top tr2bl txBody txDef txSp \
            uFill uFillTx uLnTx useSpRect wholeTbl",
    },
    Group { attributes: "a", elements: "alphaRepl" },
    Group { attributes: "amt", elements: "alphaModFix" },
    Group { attributes: "ang", elements: "cxn" },
    Group { attributes: "blend", elements: "blend fillOverlay" },
    Group { attributes: "bwMode", elements: "grpSpPr spPr" },
    Group { attributes: "char", elements: "buChar" },
    Group { attributes: "def", elements: "tblStyleLst" },
    Group { attributes: "h", elements: "tr" },
    Group { attributes: "idx", elements: "effectRef fillRef fontRef lnRef" },
    Group { attributes: "lim", elements: "miter" },
    Group { attributes: "name", elements: "clrScheme custClr fmtScheme fontScheme" },
    Group { attributes: "pos", elements: "gs" },
    Group { attributes: "preferRelativeResize", elements: "cNvPicPr" },
    Group { attributes: "prst", elements: "pattFill prstGeom prstTxWarp" },
    Group { attributes: "prstMaterial", elements: "cell3D" },
    Group { attributes: "rad", elements: "alphaOutset glow softEdge" },
    Group { attributes: "ref", elements: "effect" },
    Group { attributes: "thresh", elements: "alphaBiLevel biLevel" },
    Group { attributes: "txBox", elements: "cNvSpPr" },
    Group { attributes: "uri", elements: "graphicData" },
    Group { attributes: "useA", elements: "clrChange" },
    Group {
        attributes: "val",
        elements: "alpha alphaMod alphaOff blue blueMod blueOff buSzPct buSzPts green greenMod greenOff hue hueMod \
            hueOff lumMod lumOff prstClr prstDash red redMod redOff rtl sat satMod satOff schemeClr shade spcPct \
            spcPts",
    },
    Group { attributes: "w", elements: "gridCol" },
    Group { attributes: "z", elements: "flatTx" },
    Group { attributes: "val", elements: "srgbClr" },
    Group { attributes: "algn pos", elements: "tab" },
    Group { attributes: "ang scaled", elements: "lin" },
    Group { attributes: "animBg bld", elements: "bldChart" },
    Group { attributes: "b i", elements: "tcTxStyle" },
    Group { attributes: "bld rev", elements: "bldDgm" },
    Group { attributes: "bldStep id", elements: "dgm" },
    Group { attributes: "cstate r:embed", elements: "blip" },
    Group { attributes: "cx cy", elements: "chExt" },
    Group { attributes: "d n", elements: "sx sy" },
    Group { attributes: "d sp", elements: "ds" },
    Group { attributes: "dir rig", elements: "lightRig" },
    Group { attributes: "dpi rotWithShape", elements: "blipFill" },
    Group { attributes: "flip rotWithShape", elements: "gradFill" },
    Group { attributes: "fmla name", elements: "gd" },
    Group { attributes: "fontScale lnSpcReduction", elements: "normAutofit" },
    Group { attributes: "grow rad", elements: "blur" },
    Group { attributes: "id idx", elements: "endCxn stCxn" },
    Group { attributes: "id type", elements: "fld" },
    Group { attributes: "lastClr val", elements: "sysClr" },
    Group { attributes: "name", elements: "theme" },
    Group { attributes: "name type", elements: "cont effectDag" },
    Group { attributes: "r:id tooltip", elements: "hlinkClick" },
    Group { attributes: "script typeface", elements: "font" },
    Group { attributes: "startAt type", elements: "buAutoNum" },
    Group { attributes: "styleId styleName", elements: "tableStyle tblStyle" },
    Group { attributes: "tx ty", elements: "relOff" },
    Group { attributes: "x y", elements: "chOff off pos pt" },
    Group { attributes: "amt hue val", elements: "tint" },
    Group { attributes: "b g r", elements: "scrgbClr" },
    Group { attributes: "bldStep categoryIdx seriesIdx", elements: "chart" },
    Group { attributes: "blurRad dir dist", elements: "innerShdw" },
    Group { attributes: "bright contrast val", elements: "lum" },
    Group { attributes: "cx cy uri", elements: "ext" },
    Group { attributes: "dir dist prst", elements: "prstShdw" },
    Group { attributes: "dx dy dz", elements: "norm up" },
    Group { attributes: "fov prst zoom", elements: "camera" },
    Group { attributes: "h prst w", elements: "bevel bevelB bevelT" },
    Group { attributes: "hue lum sat", elements: "hsl hslClr" },
    Group { attributes: "lat lon rev", elements: "rot" },
    Group { attributes: "len type w", elements: "headEnd tailEnd" },
    Group { attributes: "x y z", elements: "anchor" },
    Group { attributes: "algn cap cmpd w", elements: "ln lnB lnBlToTr lnL lnR lnT lnTlToBr uLn" },
    Group { attributes: "b l r t", elements: "fillRect fillToRect rect srcRect tileRect" },
    Group { attributes: "charset panose pitchFamily typeface", elements: "buFont cs ea latin sym" },
    Group { attributes: "contourW extrusionH prstMaterial z", elements: "sp3d" },
    Group { attributes: "gridSpan hMerge rowSpan vMerge", elements: "tc" },
    Group { attributes: "hR stAng swAng wR", elements: "arcTo" },
    Group { attributes: "descr hidden id name title", elements: "cNvPr" },
    Group { attributes: "algn flip sx sy tx ty", elements: "tile" },
    Group { attributes: "extrusionOk fill h path stroke w", elements: "path" },
    Group { attributes: "gdRefAng gdRefR maxAng maxR minAng minR", elements: "ahPolar" },
    Group { attributes: "gdRefX gdRefY maxX maxY minX minY", elements: "ahXY" },
    Group { attributes: "noChangeAspect noDrilldown noGrp noMove noResize noSelect", elements: "graphicFrameLocks" },
    Group { attributes: "bandCol bandRow firstCol firstRow lastCol lastRow rtl", elements: "tblPr" },
    Group { attributes: "noChangeAspect noGrp noMove noResize noRot noSelect noUngrp", elements: "grpSpLocks" },
    Group { attributes: "anchor anchorCtr horzOverflow marB marL marR marT vert", elements: "tcPr" },
    Group { attributes: "algn blurRad dir dist kx ky rotWithShape sx sy", elements: "outerShdw" },
    Group { attributes: "flipH flipV kx ky rot sx sy tx ty", elements: "xfrm" },
    Group {
        attributes: "noAdjustHandles noChangeArrowheads noChangeAspect noChangeShapeType noEditPoints noGrp noMove \
            noResize noRot noSelect",
        elements: "cxnSpLocks",
    },
    Group {
        attributes: "algn defTabSz eaLnBrk fontAlgn hangingPunct indent latinLnBrk lvl marL marR rtl",
        elements: "defPPr lvl1pPr lvl2pPr lvl3pPr lvl4pPr lvl5pPr lvl6pPr lvl7pPr lvl8pPr lvl9pPr pPr",
    },
    Group {
        attributes: "noAdjustHandles noChangeArrowheads noChangeAspect noChangeShapeType noCrop noEditPoints noGrp noMove \
            noResize noRot noSelect",
        elements: "picLocks",
    },
    Group {
        attributes: "noAdjustHandles noChangeArrowheads noChangeAspect noChangeShapeType noEditPoints noGrp noMove \
            noResize noRot noSelect noTextEdit",
        elements: "spLocks",
    },
    Group {
        attributes: "accent1 accent2 accent3 accent4 accent5 accent6 bg1 bg2 folHlink hlink tx1 tx2",
        elements: "clrMap overrideClrMapping",
    },
    Group { attributes: "algn blurRad dir dist endA endPos fadeDir kx ky rotWithShape stA stPos sx sy", elements: "reflection" },
    Group {
        attributes: "altLang b baseline bmk cap dirty err i kern kumimoji lang noProof normalizeH smtClean smtId spc \
            strike sz u",
        elements: "defRPr endParaRPr rPr",
    },
    Group {
        attributes: "anchor anchorCtr bIns compatLnSpc forceAA fromWordArt horzOverflow lIns numCol rIns rot rtlCol \
            spcCol spcFirstLastPara tIns upright vert vertOverflow wrap",
        elements: "bodyPr",
    },
];

/// Elements of `a` that hold text.
pub(super) const A_TEXT: &str = "t tableStyleId";

/// `pic`.
pub(super) const PIC: &[Group] = &[
    Group { attributes: "", elements: "nvPicPr pic" },
    Group { attributes: "bwMode", elements: "spPr" },
    Group { attributes: "preferRelativeResize", elements: "cNvPicPr" },
    Group { attributes: "dpi rotWithShape", elements: "blipFill" },
    Group { attributes: "descr hidden id name title", elements: "cNvPr" },
];

/// Elements of `pic` that hold text.
pub(super) const PIC_TEXT: &str = "";

/// `wp`.
pub(super) const WP: &[Group] = &[
    Group { attributes: "", elements: "align cNvGraphicFramePr posOffset wrapNone" },
    Group { attributes: "edited", elements: "wrapPolygon" },
    Group { attributes: "relativeFrom", elements: "positionH positionV" },
    Group { attributes: "cx cy", elements: "extent" },
    Group { attributes: "distB distT", elements: "wrapTopAndBottom" },
    Group { attributes: "x y", elements: "lineTo simplePos start" },
    Group { attributes: "distL distR wrapText", elements: "wrapThrough wrapTight" },
    Group { attributes: "b l r t", elements: "effectExtent" },
    Group { attributes: "distB distL distR distT", elements: "inline" },
    Group { attributes: "descr hidden id name title", elements: "docPr" },
    Group { attributes: "distB distL distR distT wrapText", elements: "wrapSquare" },
    Group {
        attributes: "allowOverlap behindDoc distB distL distR distT hidden layoutInCell locked relativeHeight simplePos",
        elements: "anchor",
    },
];

/// Elements of `wp` that hold text.
pub(super) const WP_TEXT: &str = "align posOffset";

/// `wp14`.
pub(super) const WP14: &[Group] = &[
    Group { attributes: "", elements: "pctHeight pctPosHOffset pctPosVOffset pctWidth" },
    Group { attributes: "relativeFrom", elements: "sizeRelH sizeRelV" },
];

/// Elements of `wp14` that hold text.
pub(super) const WP14_TEXT: &str = "pctHeight pctPosHOffset pctPosVOffset pctWidth";

/// `wps`.
pub(super) const WPS: &[Group] = &[
    Group { attributes: "", elements: "cNvCnPr style" },
    Group { attributes: "bwMode", elements: "spPr" },
    Group { attributes: "id", elements: "txbx" },
    Group { attributes: "normalEastAsianFlow", elements: "wsp" },
    Group { attributes: "txBox", elements: "cNvSpPr" },
    Group { attributes: "id seq", elements: "linkedTxbx" },
    Group { attributes: "descr hidden id name title", elements: "cNvPr" },
    Group {
        attributes: "anchor anchorCtr bIns compatLnSpc forceAA fromWordArt horzOverflow lIns numCol rIns rot rtlCol \
            spcCol spcFirstLastPara tIns upright vert vertOverflow wrap",
        elements: "bodyPr",
    },
];

/// Elements of `wps` that hold text.
pub(super) const WPS_TEXT: &str = "";

/// `wpg`.
pub(super) const WPG: &[Group] = &[
    Group { attributes: "", elements: "cNvFrPr cNvGrpSpPr graphicFrame grpSp wgp" },
    Group { attributes: "bwMode", elements: "grpSpPr" },
    Group { attributes: "flipH flipV rot", elements: "xfrm" },
    Group { attributes: "descr hidden id name title", elements: "cNvPr" },
];

/// Elements of `wpg` that hold text.
pub(super) const WPG_TEXT: &str = "";

/// `wpc`.
pub(super) const WPC: &[Group] = &[Group { attributes: "", elements: "bg graphicFrame whole wpc" }];

/// Elements of `wpc` that hold text.
pub(super) const WPC_TEXT: &str = "";

/// `xdr`.
pub(super) const XDR: &[Group] = &[
    Group {
        attributes: "",
        elements: "absoluteAnchor cNvCxnSpPr cNvGraphicFramePr cNvGrpSpPr col colOff from grpSp nvCxnSpPr \
            nvGraphicFramePr nvGrpSpPr nvPicPr nvSpPr oneCellAnchor row rowOff style to txBody wsDr",
    },
    Group { attributes: "bwMode", elements: "grpSpPr spPr" },
    Group { attributes: "editAs", elements: "twoCellAnchor" },
    Group { attributes: "fPublished", elements: "cxnSp graphicFrame pic" },
    Group { attributes: "preferRelativeResize", elements: "cNvPicPr" },
    Group { attributes: "rotWithShape", elements: "blipFill" },
    Group { attributes: "txBox", elements: "cNvSpPr" },
    Group { attributes: "cx cy", elements: "ext" },
    Group { attributes: "fLocksText fPublished", elements: "sp" },
    Group { attributes: "fLocksWithSheet fPrintsWithSheet", elements: "clientData" },
    Group { attributes: "x y", elements: "pos" },
    Group { attributes: "flipH flipV rot", elements: "xfrm" },
    Group { attributes: "descr hidden id name title", elements: "cNvPr" },
];

/// Elements of `xdr` that hold text.
pub(super) const XDR_TEXT: &str = "col colOff row rowOff";

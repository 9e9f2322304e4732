//! Diagrams (ECMA-376 Part 1, 21.4) and the drawing Office caches of them ([MS-ODRAWXML] 2.4).

use super::Group;

/// `dgm`.
pub(super) const DGM: &[Group] = &[
    Group {
        attributes: "",
        elements: "adjLst bg catLst colorsDefHdrLst constrLst cxnLst dataModel extLst layoutDefHdrLst presLayoutVars \
            ptLst ruleLst scene3d style styleDefHdrLst t txPr varLst whole",
    },
    Group { attributes: "bwMode", elements: "spPr" },
    Group { attributes: "name", elements: "choose else styleLbl" },
    Group { attributes: "uri", elements: "ext" },
    Group { attributes: "useDef", elements: "clrData sampData styleData" },
    Group { attributes: "val", elements: "animLvl animOne bulletEnabled chMax chPref dir hierBranch orgChart resizeHandles" },
    Group { attributes: "hueDir meth", elements: "effectClrLst fillClrLst linClrLst txEffectClrLst txFillClrLst txLinClrLst" },
    Group { attributes: "idx val", elements: "adj" },
    Group { attributes: "lang val", elements: "desc title" },
    Group { attributes: "minVer uniqueId", elements: "colorsDef styleDef" },
    Group { attributes: "pri type", elements: "cat" },
    Group { attributes: "rev type", elements: "alg" },
    Group { attributes: "type val", elements: "param" },
    Group { attributes: "cxnId modelId type", elements: "pt" },
    Group { attributes: "defStyle minVer uniqueId", elements: "layoutDef" },
    Group { attributes: "minVer resId uniqueId", elements: "colorsDefHdr styleDefHdr" },
    Group { attributes: "chOrder moveWith name styleLbl", elements: "layoutNode" },
    Group { attributes: "contourW extrusionH prstMaterial z", elements: "sp3d" },
    Group { attributes: "defStyle minVer resId uniqueId", elements: "layoutDefHdr" },
    Group { attributes: "r:cs r:dm r:lo r:qs", elements: "relIds" },
    Group { attributes: "axis cnt hideLastTrans ptType st step", elements: "presOf" },
    Group { attributes: "blipPhldr hideGeom lkTxEntry rot type zOrderOff", elements: "shape" },
    Group { attributes: "fact for forName max ptType type val", elements: "rule" },
    Group { attributes: "axis cnt hideLastTrans name ptType ref st step", elements: "forEach" },
    Group { attributes: "destId destOrd modelId parTransId presId sibTransId srcId srcOrd type", elements: "cxn" },
    Group { attributes: "arg axis cnt func hideLastTrans name op ptType st step val", elements: "if" },
    Group { attributes: "fact for forName op ptType refFor refForName refPtType refType type val", elements: "constr" },
    Group {
        attributes: "coherent3DOff csCatId csTypeId custAng custFlipHor custFlipVert custLinFactNeighborX \
            custLinFactNeighborY custLinFactX custLinFactY custRadScaleInc custRadScaleRad custScaleX custScaleY \
            custSzX custSzY custT loCatId loTypeId phldr phldrT presAssocID presName presStyleCnt presStyleIdx \
            presStyleLbl qsCatId qsTypeId",
        elements: "prSet",
    },
];

/// Elements of `dgm` that hold text.
pub(super) const DGM_TEXT: &str = "";

/// `dsp`.
pub(super) const DSP: &[Group] = &[
    Group { attributes: "", elements: "cNvGrpSpPr drawing grpSp nvGrpSpPr nvSpPr spTree style txBody" },
    Group { attributes: "bwMode", elements: "grpSpPr spPr" },
    Group { attributes: "modelId", elements: "sp" },
    Group { attributes: "txBox", elements: "cNvSpPr" },
    Group { attributes: "minVer relId", elements: "dataModelExt" },
    Group { attributes: "flipH flipV rot", elements: "txXfrm" },
    Group { attributes: "descr hidden id name title", elements: "cNvPr" },
];

/// Elements of `dsp` that hold text.
pub(super) const DSP_TEXT: &str = "";

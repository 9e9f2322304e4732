//! Office Math (ECMA-376 Part 1, 22.1).

use super::Group;

/// `m`.
pub(super) const M: &[Group] = &[
    Group {
        attributes: "",
        elements: "acc accPr argPr bar barPr borderBox borderBoxPr box boxPr ctrlPr d dPr deg den e eqArr eqArrPr f \
            fName fPr func funcPr groupChr groupChrPr lim limLow limLowPr limUpp limUppPr m mPr mathPr mc mcPr \
            mcs mr nary naryPr num oMath oMathPara oMathParaPr phant phantPr r rPr rad radPr sPre sPrePr sSub \
            sSubPr sSubSup sSubSupPr sSup sSupPr sub sup",
    },
    Group {
        attributes: "val",
        elements: "aln alnScr argSz baseJc begChr brkBin brkBinSub cGp cGpRule cSp chr count defJc degHide diff dispDef \
            endChr grow hideBot hideLeft hideRight hideTop intLim interSp intraSp jc lMargin limLoc lit mathFont \
            maxDist mcJc naryLim noBreak nor objDist opEmu plcHide pos postSp preSp rMargin rSp rSpRule scr \
            sepChr show shp smallFrac strikeBLTR strikeH strikeTLBR strikeV sty subHide supHide transp type \
            vertJc wrapIndent wrapRight zeroAsc zeroDesc zeroWid",
    },
    Group { attributes: "xml:space", elements: "t" },
    Group { attributes: "alnAt val", elements: "brk" },
];

/// Elements of `m` that hold text.
pub(super) const M_TEXT: &str = "t";

//! Charts (ECMA-376 Part 1, 21.2), without anything that leads out of them.

use super::Group;

/// `c`.
pub(super) const C: &[Group] = &[
    Group {
        attributes: "",
        elements: "area3DChart areaChart backWall bandFmt bandFmts bar3DChart barChart bubbleChart bubbleSize cat catAx \
            custSplit dLbl dLbls dPt dTable dateAx dispUnits dispUnitsLbl doughnutChart downBars dropLines \
            errBars f floor formatCode hiLowLines layout leaderLines legend legendEntry line3DChart lineChart \
            lvl majorGridlines manualLayout minorGridlines minus multiLvlStrCache multiLvlStrRef name numCache \
            numLit numRef ofPieChart pictureOptions pie3DChart pieChart pivotFmt plotArea plus radarChart rich \
            scaling scatterChart separator ser serAx serLines sideWall stockChart strCache strLit strRef \
            surface3DChart surfaceChart title trendline trendlineLbl tx txPr upBars upDownBars v valAx view3D \
            xVal yVal",
    },
    Group { attributes: "bwMode", elements: "spPr" },
    Group { attributes: "r:id", elements: "chart" },
    Group {
        attributes: "val",
        elements: "applyToEnd applyToFront applyToSides auto autoTitleDeleted axId axPos backward barDir baseTimeUnit \
            bubble3D bubbleScale builtInUnit chartObject crossAx crossBetween crosses crossesAt custUnit dLblPos \
            date1904 delete depthPercent dispBlanksAs dispEq dispRSqr errBarType errDir errValType explosion \
            firstSliceAng formatting forward gapDepth gapWidth grouping h hMode hPercent holeSize idx intercept \
            invertIfNegative lang layoutTarget lblAlgn lblOffset legendPos logBase majorTickMark majorTimeUnit \
            majorUnit marker max min minorTickMark minorTimeUnit minorUnit noEndCap noMultiLvlLbl ofPieType \
            order orientation overlap overlay period perspective pictureFormat pictureStackUnit plotVisOnly \
            ptCount rAngAx radarStyle rotX rotY roundedCorners scatterStyle secondPiePt secondPieSize selection \
            shape showBubbleSize showCatName showDLblsOverMax showHorzBorder showKeys showLeaderLines \
            showLegendKey showNegBubbles showOutline showPercent showSerName showVal showVertBorder size \
            sizeRepresents smooth splitPos splitType style symbol thickness tickLblPos tickLblSkip tickMarkSkip \
            trendlineType userInterface val varyColors w wMode wireframe x xMode y yMode",
    },
    Group { attributes: "formatCode idx", elements: "pt" },
    Group { attributes: "formatCode sourceLinked", elements: "numFmt" },
    Group { attributes: "fallbackImg featureList version", elements: "chartSpace" },
    Group { attributes: "accent1 accent2 accent3 accent4 accent5 accent6 bg1 bg2 folHlink hlink tx1 tx2", elements: "clrMapOvr" },
];

/// Elements of `c` that hold text.
pub(super) const C_TEXT: &str = "f formatCode name separator v";

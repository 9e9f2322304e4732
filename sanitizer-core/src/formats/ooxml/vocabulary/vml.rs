//! The part of VML that draws (ECMA-376 Part 4, 19): nothing that links, runs or embeds.

use super::Group;

/// `v`.
pub(super) const V: &[Group] = &[
    Group { attributes: "", elements: "formulas handles" },
    Group { attributes: "eqn", elements: "f" },
    Group { attributes: "fill fillcolor id", elements: "background" },
    Group { attributes: "id inset style", elements: "textbox" },
    Group { attributes: "fitpath fitshape id on string style trim xscale", elements: "textpath" },
    Group { attributes: "invx invy map polar position radiusrange switch xrange yrange", elements: "h" },
    Group { attributes: "color color2 id matrix obscured offset offset2 on opacity origin type", elements: "shadow" },
    Group {
        attributes: "bilevel blacklevel chromakey cropbottom cropleft cropright croptop embosscolor gain gamma grayscale \
            id r:id recolortarget",
        elements: "imagedata",
    },
    Group {
        attributes: "arrowok fillok gradientshapeok id insetpenok limo o:connectangles o:connectlocs o:connecttype \
            o:extrusionok shadowok strokeok textboxrect textpathok v",
        elements: "path",
    },
    Group {
        attributes: "alignshape angle aspect color color2 colors focus focusposition focussize id method on opacity \
            origin position r:id recolor rotate size type",
        elements: "fill",
    },
    Group {
        attributes: "alt coordorigin coordsize editas id o:allowincell o:allowoverlap o:bullet o:hr o:hralign o:hrnoshade \
            o:hrpct o:hrstd o:insetmode o:oned o:spid o:tablelimits o:tableproperties o:userhidden print style \
            wrapcoords",
        elements: "group",
    },
    Group {
        attributes: "color color2 dashstyle endarrow endarrowlength endarrowwidth endcap filltype id imagealignshape \
            imageaspect imagesize insetpen joinstyle linestyle miterlimit o:forcedash on opacity startarrow \
            startarrowlength startarrowwidth weight",
        elements: "stroke",
    },
    Group {
        attributes: "alt arcsize coordsize fillcolor filled id insetpen o:allowincell o:allowoverlap o:bullet o:clip \
            o:cliptowrap o:connectortype o:forcedash o:hr o:hralign o:hrnoshade o:hrpct o:hrstd o:insetmode \
            o:oned o:preferrelative o:spid o:spt o:userhidden print strokecolor stroked strokeweight style \
            wrapcoords",
        elements: "roundrect",
    },
    Group {
        attributes: "alt coordorigin coordsize fillcolor filled id insetpen o:allowincell o:allowoverlap o:bullet o:clip \
            o:cliptowrap o:connectortype o:forcedash o:hr o:hralign o:hrnoshade o:hrpct o:hrstd o:insetmode \
            o:oned o:preferrelative o:spid o:spt o:userhidden print strokecolor stroked strokeweight style \
            wrapcoords",
        elements: "oval rect",
    },
    Group {
        attributes: "alt coordorigin coordsize fillcolor filled id insetpen o:allowincell o:allowoverlap o:bullet o:clip \
            o:cliptowrap o:connectortype o:forcedash o:hr o:hralign o:hrnoshade o:hrpct o:hrstd o:insetmode \
            o:oned o:preferrelative o:spid o:spt o:userhidden points print strokecolor stroked strokeweight \
            style wrapcoords",
        elements: "polyline",
    },
    Group {
        attributes: "alt coordorigin coordsize endangle fillcolor filled id insetpen o:allowincell o:allowoverlap \
            o:bullet o:clip o:cliptowrap o:connectortype o:forcedash o:hr o:hralign o:hrnoshade o:hrpct o:hrstd \
            o:insetmode o:oned o:preferrelative o:spid o:spt o:userhidden print startangle strokecolor stroked \
            strokeweight style wrapcoords",
        elements: "arc",
    },
    Group {
        attributes: "alt coordorigin coordsize fillcolor filled from id insetpen o:allowincell o:allowoverlap o:bullet \
            o:clip o:cliptowrap o:connectortype o:forcedash o:hr o:hralign o:hrnoshade o:hrpct o:hrstd \
            o:insetmode o:oned o:preferrelative o:spid o:spt o:userhidden print strokecolor stroked strokeweight \
            style to wrapcoords",
        elements: "line",
    },
    Group {
        attributes: "adj alt coordorigin coordsize fillcolor filled id insetpen o:allowincell o:allowoverlap o:bullet \
            o:clip o:cliptowrap o:connectortype o:forcedash o:hr o:hralign o:hrnoshade o:hrpct o:hrstd \
            o:insetmode o:master o:oned o:preferrelative o:spid o:spt o:userhidden path print strokecolor \
            stroked strokeweight style wrapcoords",
        elements: "shapetype",
    },
    Group {
        attributes: "adj alt coordorigin coordsize fillcolor filled id insetpen o:allowincell o:allowoverlap o:bullet \
            o:clip o:cliptowrap o:connectortype o:forcedash o:hr o:hralign o:hrnoshade o:hrpct o:hrstd \
            o:insetmode o:oned o:preferrelative o:spid o:spt o:userhidden path print strokecolor stroked \
            strokeweight style type wrapcoords",
        elements: "shape",
    },
    Group {
        attributes: "alt control1 control2 coordorigin coordsize fillcolor filled from id insetpen o:allowincell \
            o:allowoverlap o:bullet o:clip o:cliptowrap o:connectortype o:forcedash o:hr o:hralign o:hrnoshade \
            o:hrpct o:hrstd o:insetmode o:oned o:preferrelative o:spid o:spt o:userhidden print strokecolor \
            stroked strokeweight style to wrapcoords",
        elements: "curve",
    },
];

/// Elements of `v` that hold text.
pub(super) const V_TEXT: &str = "";

/// `o`.
pub(super) const O: &[Group] = &[
    Group { attributes: "v:ext", elements: "complex" },
    Group { attributes: "id matrix offset on origin v:ext", elements: "skew" },
    Group {
        attributes: "adjusthandles aspectratio cropping grouping position rotation selection shapetype text ungrouping \
            v:ext verticies",
        elements: "lock",
    },
    Group {
        attributes: "accentbar angle distance drop dropauto gap length lengthspecified minusx minusy on textborder type \
            v:ext",
        elements: "callout",
    },
    Group {
        attributes: "autorotationcenter backdepth brightness color diffusity edge facet foredepth lightface lightharsh \
            lightharsh2 lightlevel lightlevel2 lightposition lightposition2 lockrotationcenter metal on \
            orientation orientationangle render rotationangle rotationcenter shininess skewamt skewangle \
            specularity type v:ext viewpoint viewpointorigin",
        elements: "extrusion",
    },
];

/// Elements of `o` that hold text.
pub(super) const O_TEXT: &str = "";

/// `w10`.
pub(super) const W10: &[Group] = &[
    Group { attributes: "", elements: "anchorlock" },
    Group { attributes: "shadow type width", elements: "borderbottom borderleft borderright bordertop" },
    Group { attributes: "anchorx anchory side type", elements: "wrap" },
];

/// Elements of `w10` that hold text.
pub(super) const W10_TEXT: &str = "";

//! Pictures: decoders and encoders behind limits.

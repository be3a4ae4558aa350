// next-env.d.ts is written by the first build; types must hold before one.
/// <reference types="next" />

// What a page of the suite may load and do: said here once more and whole, so that no part of it is
// loosened unseen.

/** The `content-security-policy` of the console and of the page of the interface. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'"
].join('; ')

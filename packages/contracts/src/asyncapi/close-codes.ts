// Codes with which the server closes a WebSocket of the stream.

/** 4000–4499: reconnect; 4500–4999: do not. Source: formats.md#close-codes. */
export const closeCodes = {
  4000: 'the instance is shutting down, or is cut off from the event log: connect again',
  4001: 'the client is too slow: connect again and continue from the last cursor',
  4002: 'no pong arrived: connect again',
  4003: 'the position was lost: connect again',
  4029: 'over a limit: connect again later',
  4500: 'the message is invalid, or the cursor is not of the stream, the events or the feed',
  4501: 'not authenticated',
  4503: 'the key may not read alerts',
  4504: 'the key was revoked, has expired or has different scopes now'
} as const
export type CloseCode = keyof typeof closeCodes

/**
 * Codes of the protocol itself (RFC 6455), which it demands. What led to one must not be repeated.
 */
export const protocolCloseCodes = {
  1002: 'the bytes are no valid frame',
  1007: 'the text is not UTF-8',
  1008: 'the message has too many fragments',
  1009: 'the message is too long'
} as const

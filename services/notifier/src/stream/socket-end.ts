// How a connection ended that the session did not end, for the metrics. Pure.

/**
 * `protocol`: ws closed it, because its client broke RFC 6455. `network`: no close frame came, as
 * always over plain HTTP.
 */
export interface SocketEnd {
  readonly code: number
  readonly by: 'protocol' | 'client' | 'network'
}

/**
 * Codes of RFC 6455, section 7.4.1. A client may send thousands of others: they share one label.
 */
const knownCodes: ReadonlySet<number> = new Set([
  1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1010, 1011
])

export function formatCloseLabel(code: number): string {
  return knownCodes.has(code) ? String(code) : 'other'
}

/** The codes that ws closes with; 1002 for all other errors. */
const protocolCodes: Readonly<Record<string, number>> = {
  WS_ERR_INVALID_UTF8: 1007,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: 1009,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009
}

/** `code`: of the close event. `error`: the code of an earlier error of ws, if any. */
export function makeSocketEnd(code: number, error: string | null): SocketEnd {
  if (error?.startsWith('WS_ERR')) return { code: protocolCodes[error] ?? 1002, by: 'protocol' }
  return { code, by: code === 1006 ? 'network' : 'client' }
}

// Fetches one JSON document from the identity provider. oidc-keys.ts interprets it; the settings
// have checked that its address is safe.

/** Why a document could not be fetched. A closed set, so that it can be a label. */
const fetchFaults = [
  'unreachable',
  'timeout',
  'status',
  'too-large',
  'malformed',
  'issuer-differs',
  'address-refused'
] as const
export type FetchFault = (typeof fetchFaults)[number]

/** The identity provider did not return its keys. The message does not quote the response. */
export class IdentityProviderError extends Error {
  override readonly name = 'IdentityProviderError'
  readonly code = 'identity-provider-unavailable'
  readonly retryable = true
  readonly fault: FetchFault

  constructor(fault: FetchFault, options: { cause?: unknown } = {}) {
    super(`the identity provider did not provide its keys: ${fault}`, options)
    this.fault = fault
  }
}

/** The network as OIDC needs it. Rejects with IdentityProviderError. */
export type FetchJson = (url: string, timeoutMs: number) => Promise<unknown>

/** Largest document that is read, bytes. */
const documentBytesMax = 262_144

/** Fetches a document: no redirects, no cookies, bounded in time and size. */
export const fetchJson: FetchJson = async (url, timeoutMs) => {
  const response = await readAnswer(url, timeoutMs)
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel()
    throw new IdentityProviderError('status')
  }
  const bytes = await readBody(response.body)
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown
  } catch {
    // Without the cause: engines quote the text that they could not parse.
    throw new IdentityProviderError('malformed')
  }
}

async function readAnswer(url: string, timeoutMs: number): Promise<Response> {
  const headers = { accept: 'application/json' }
  try {
    return await fetch(url, {
      redirect: 'error',
      credentials: 'omit',
      headers,
      signal: AbortSignal.timeout(timeoutMs)
    })
  } catch (cause) {
    throw describeFailure(cause)
  }
}

async function readBody(body: ReadableStream<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of body) {
      size += chunk.byteLength
      if (size > documentBytesMax) break
      chunks.push(chunk)
    }
  } catch (cause) {
    throw describeFailure(cause)
  }
  if (size > documentBytesMax) throw new IdentityProviderError('too-large')
  return Buffer.concat(chunks)
}

function describeFailure(cause: unknown): IdentityProviderError {
  const isLate = cause instanceof Error && cause.name === 'TimeoutError'
  return new IdentityProviderError(isLate ? 'timeout' : 'unreachable', { cause })
}

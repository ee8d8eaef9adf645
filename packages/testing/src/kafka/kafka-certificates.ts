// Certificates for TLS tests: an authority, a server and a client, generated on demand, valid for a
// day, without external tools. Only the X.509 that these need, in DER. For tests only.

import {
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign
} from 'node:crypto'

export interface CertifiedKey {
  /** PEM. */
  readonly certificate: string
  /** PEM, PKCS #8, not encrypted. */
  readonly key: string
}

export interface KafkaCertificates {
  /** PEM of the authority that signed both. */
  readonly authority: string
  /** For 127.0.0.1 and localhost. */
  readonly server: CertifiedKey
  readonly client: CertifiedKey
}

interface Name {
  readonly commonName: string
  readonly privateKey: KeyObject
}

const dayMs = 86_400_000
const oid = {
  commonName: [0x55, 0x04, 0x03],
  basicConstraints: [0x55, 0x1d, 0x13],
  subjectAltName: [0x55, 0x1d, 0x11],
  ecdsaWithSha256: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]
}

/**
 * A new authority with a server's and a client's certificate, valid from an hour ago to tomorrow.
 */
export function makeCertificates(): KafkaCertificates {
  const authority = createKey('Tocsin test authority')
  const server = createKey('localhost')
  const client = createKey('tocsin-test-client')
  return {
    authority: createCertificate(authority, authority, true),
    server: {
      certificate: createCertificate(server, authority, false),
      key: writePem(server.privateKey)
    },
    client: {
      certificate: createCertificate(client, authority, false),
      key: writePem(client.privateKey)
    }
  }
}

function createKey(commonName: string): Name {
  return { commonName, privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }
}

function writePem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }) as string
}

/** RFC 5280, section 4.1. */
function createCertificate(subject: Name, issuer: Name, isAuthority: boolean): string {
  const algorithm = encodeDer(0x30, encodeDer(0x06, oid.ecdsaWithSha256))
  const now = Date.now()
  const content = encodeDer(
    0x30,
    encodeDer(0xa0, encodeDer(0x02, [2])),
    encodeDer(0x02, [0x01, ...randomBytes(8)]),
    algorithm,
    encodeName(issuer),
    encodeDer(0x30, encodeTime(now - dayMs / 24), encodeTime(now + dayMs)),
    encodeName(subject),
    encodePublicKey(subject.privateKey),
    encodeDer(0xa3, encodeDer(0x30, ...encodeExtensions(isAuthority)))
  )
  const signature = sign('sha256', content, issuer.privateKey)
  const bytes = encodeDer(0x30, content, algorithm, encodeDer(0x03, [0], signature))
  return `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
}

function encodeExtensions(isAuthority: boolean): readonly Buffer[] {
  const constraints = encodeDer(0x30, ...(isAuthority ? [encodeDer(0x01, [0xff])] : []))
  const names = encodeDer(
    0x30,
    encodeDer(0x82, Buffer.from('localhost')),
    encodeDer(0x87, [127, 0, 0, 1])
  )
  return [
    encodeDer(
      0x30,
      encodeDer(0x06, oid.basicConstraints),
      encodeDer(0x01, [0xff]),
      encodeDer(0x04, constraints)
    ),
    encodeDer(0x30, encodeDer(0x06, oid.subjectAltName), encodeDer(0x04, names))
  ]
}

function encodeName({ commonName }: Name): Buffer {
  return encodeDer(
    0x30,
    encodeDer(
      0x31,
      encodeDer(0x30, encodeDer(0x06, oid.commonName), encodeDer(0x0c, Buffer.from(commonName)))
    )
  )
}

function encodeTime(ms: number): Buffer {
  return encodeDer(
    0x18,
    Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`)
  )
}

function encodePublicKey(privateKey: KeyObject): Buffer {
  return createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
}

/** One DER value: tag, length in its shortest form, content. */
function encodeDer(tag: number, ...contents: readonly (Buffer | readonly number[])[]): Buffer {
  const content = Buffer.concat(contents.map(part => Buffer.from(part as readonly number[])))
  return Buffer.concat([Buffer.from([tag, ...encodeLength(content.length)]), content])
}

function encodeLength(bytes: number): readonly number[] {
  if (bytes < 128) return [bytes]
  return bytes < 256 ? [0x81, bytes] : [0x82, bytes >> 8, bytes & 0xff]
}

// SASL OAUTHBEARER for kafkajs. Its own authenticator ignores the bytes in which a broker refuses a
// token, and takes the refusal for a connection that broke later. Source: RFC 7628.

import { type BearerTokens, type BrokerAddress, KafkaDriverError } from '../driver/driver.ts'

/** The part of kafkajs' interface for authenticators that is used. */
interface Session {
  saslAuthenticate(exchange: {
    readonly request: { encode(): Promise<Buffer> }
    readonly response: {
      decode(payload: Buffer): Promise<string>
      parse(text: string): Promise<string>
    }
  }): Promise<string>
}

/** kafkajs puts the length before the bytes of an exchange. */
const lengthBytes = 4
const refusalShown = 200

export function createBearerAuthenticator(tokens: BearerTokens, { host, port }: BrokerAddress) {
  return ({ saslAuthenticate }: Session) => ({
    async authenticate(): Promise<void> {
      const token = await tokens.get()
      const refusal = await saslAuthenticate({
        request: { encode: async () => encodeToken(token) },
        response: {
          decode: async payload => payload.subarray(lengthBytes).toString(),
          parse: async text => text
        }
      }).catch((error: { type?: string }) => {
        if (error.type === 'SASL_AUTHENTICATION_FAILED') tokens.forget(token)
        throw error
      })
      if (refusal === '') return
      tokens.forget(token)
      throw new KafkaDriverError(
        'auth-failed',
        `${host}:${port}: the broker refuses the token: ${refusal.slice(0, refusalShown)}`
      )
    }
  })
}

function encodeToken(token: string): Buffer {
  const message = Buffer.from(`n,,\u0001auth=Bearer ${token}\u0001\u0001`)
  const length = Buffer.alloc(lengthBytes)
  length.writeInt32BE(message.length)
  return Buffer.concat([length, message])
}

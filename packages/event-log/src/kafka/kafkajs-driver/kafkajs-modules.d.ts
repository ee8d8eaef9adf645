// biome-ignore-all lint/style/noDefaultExport: a CommonJS module is its default export
// The inner modules of kafkajs 2.2.4 that its driver uses: the version is frozen and pinned
// exactly, so they stay as they are.

declare module 'kafkajs/src/network/connection.js' {
  import type { Socket } from 'node:net'

  interface SocketWanted {
    readonly host: string
    readonly port: number
    readonly ssl: object | null
    readonly onConnect: () => void
  }

  interface KafkaJsLogger {
    namespace(): KafkaJsLogger
    error(): void
    warn(): void
    info(): void
    debug(): void
  }

  export interface KafkaJsRequest {
    readonly apiKey: number
    readonly apiVersion: number
    readonly apiName: string
    encode(): Promise<object>
  }

  export interface KafkaJsResponse<T> {
    decode(payload: Buffer): Promise<T>
    parse(data: T): Promise<T>
  }

  interface RequestQueue {
    readonly pending: readonly unknown[]
    rejectAll(error: Error): void
    destroy(): void
    scheduleCheckPendingRequests(): void
  }

  class Connection {
    constructor(options: {
      host: string
      port: number
      logger: KafkaJsLogger
      socketFactory: (wanted: SocketWanted) => Socket
      clientId: string
      ssl: object | null
      sasl: object | null
      requestTimeout: number
      enforceRequestTimeout: boolean
      connectionTimeout: number
    })
    connectionStatus: string
    readonly requestQueue: RequestQueue
    connect(): Promise<boolean>
    authenticate(): Promise<void>
    setVersions(
      versions: Readonly<Record<number, { minVersion: number; maxVersion: number }>>
    ): void
    setSupportAuthenticationProtocol(isSupported: boolean): void
    send<T>(protocol: {
      request: KafkaJsRequest
      response: KafkaJsResponse<T>
      logResponseError: boolean
    }): Promise<T>
  }

  export { Connection as default }
}

declare module 'kafkajs/src/protocol/requests/index.js' {
  import type { KafkaJsRequest, KafkaJsResponse } from 'kafkajs/src/network/connection.js'

  interface Definition {
    protocol(of: { version: number }): (options: object) => {
      readonly request: KafkaJsRequest
      readonly response: KafkaJsResponse<unknown>
    }
  }
  const all: { readonly requests: Readonly<Record<string, Definition>> }

  export { all as default }
}

declare module 'kafkajs/src/protocol/encoder.js' {
  class Encoder {
    constructor(initialSize?: number)
    writeInt8(value: number): this
    writeInt16(value: number): this
    writeInt32(value: number): this
    writeBoolean(value: boolean): this
    writeString(value: string | null): this
    writeUVarInt(value: number): this
    writeUVarIntString(value: string | null): this
    writeBuffer(value: Buffer): this
  }

  export { Encoder as default }
}

declare module 'kafkajs/src/protocol/decoder.js' {
  class Decoder {
    constructor(buffer: Buffer)
    readInt8(): number
    readInt16(): number
    readInt32(): number
    readInt64(): bigint
    readBoolean(): boolean
    readString(): string | null
    readUVarInt(): number
    readUVarIntString(): string | null
    readBytes(length?: number): Buffer | null
    readArray<T>(reader: (decoder: Decoder) => T): T[]
    readUVarIntArray<T>(reader: (decoder: Decoder) => T): T[] | null
    forward(bytes: number): void
  }

  export { Decoder as default }
}

declare module 'kafkajs/src/protocol/recordBatch/v0/index.js' {
  interface BatchParts {
    readonly lastOffsetDelta: number
    readonly records: readonly object[]
  }

  export function RecordBatch(parts: BatchParts): Promise<{ readonly buffer: Buffer }>
}

declare module 'kafkajs/src/protocol/recordBatch/record/v0/index.js' {
  interface RecordParts {
    readonly offsetDelta: number
    readonly key: Buffer | null
    readonly value: Buffer
  }

  function encodeRecord(parts: RecordParts): object

  export { encodeRecord as default }
}

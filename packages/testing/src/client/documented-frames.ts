// Holds frames of the stream to their schemas: every required member, and no undocumented one.

import { componentSchemas } from '@tocsin/contracts/openapi/components'
import { DocumentedAnswers } from './documented-answers.ts'

const schemaOfType: Readonly<Record<string, string>> = {
  authenticated: 'AuthenticatedFrame',
  subscribed: 'SubscribedFrame',
  snapshot: 'SnapshotFrame',
  alert: 'AlertFrame',
  heartbeat: 'HeartbeatFrame',
  unsubscribed: 'UnsubscribedFrame',
  notice: 'NoticeFrame'
}

let documented: DocumentedAnswers | null = null

/** A server-sent event as it came: only the lines that it had. `data` is its text. */
export interface EventLines {
  readonly event: string
  readonly data: string
  readonly id?: string
  readonly retry?: number
}

/** Faults of a server-sent event and of its data, as sentences. */
export function eventFaults(lines: EventLines): readonly string[] {
  documented ??= new DocumentedAnswers({ paths: {}, components: { schemas: componentSchemas } })
  const name = `${lines.event.slice(0, 1).toUpperCase()}${lines.event.slice(1)}EventData`
  const ofData = documented.faultsOfPart(name, JSON.parse(lines.data)).map(fault => `${name}: ${fault}`)
  return [...documented.faultsOfPart('ServerSentEvent', lines).map(fault => `ServerSentEvent: ${fault}`), ...ofData]
}

/** Faults of a frame, as sentences. */
export function frameFaults(frame: { readonly type: string }): readonly string[] {
  documented ??= new DocumentedAnswers({ paths: {}, components: { schemas: componentSchemas } })
  const name = schemaOfType[frame.type]
  if (name === undefined) return [`no frame has the type ${frame.type}`]
  return documented.faultsOfPart(name, frame).map(fault => `${name}: ${fault}`)
}

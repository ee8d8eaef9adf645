// Parses, names and compares posted bodies. Ids and hashes are keyed by the suite's secret, private
// parts by the report's own keys: packages/contracts/src/report/keyed-identity.ts.

import type { KeyObject } from 'node:crypto'
import {
  KeyedIdentity,
  type NamedPost,
  type ReportContent
} from '@tocsin/contracts/report/keyed-identity'
import type { PostedReport, ReportInput } from '@tocsin/contracts/report/posted-report'
import { computeReportId, hashPosted } from '@tocsin/contracts/report/report-identity'
import type { PrivateVault } from '@tocsin/service-kit/privacy/private-vault'
import type { KnownReports } from '../known/known-reports.ts'
import type { Posted } from '../known/same-content.ts'
import { parse } from './report-post.ts'

/** A parsed body, and its content for comparison. */
export interface PostedBody {
  readonly input: ReportInput
  readonly content: ReportContent
  /** The hash that earlier versions gave it. */
  readonly plainHash: () => string
}

export interface PostedBodiesDeps {
  readonly reports: Pick<KnownReports, 'get'>
  readonly vault: Pick<PrivateVault, 'digestsOf'>
  /** The suite's secret for `reports`. */
  readonly reportsSecret: KeyObject
}

const noDigests: Posted['digests'] = new Map()

export class PostedBodies {
  readonly #deps: PostedBodiesDeps
  readonly #identity: KeyedIdentity

  constructor(deps: PostedBodiesDeps) {
    this.#deps = deps
    this.#identity = new KeyedIdentity(deps.reportsSecret)
  }

  /** Parses a body. Throws ProblemError `body-invalid`. */
  read(body: unknown): PostedBody {
    const input = parse(body)
    let plain: string | null = null
    const plainHash = () => {
      plain ??= hashPosted(body as PostedReport)
      return plain
    }
    return {
      input,
      content: this.#identity.hashContent(body as PostedReport, input.private !== null),
      plainHash
    }
  }

  /**
   * The id of a report. Content that an earlier version accepted keeps the id that it was given
   * then.
   */
  idOf(named: NamedPost, body: unknown, { plainHash }: PostedBody): string {
    const { sourceId, externalId, idempotencyKey } = named
    if (externalId === null) {
      const plain = computeReportId({ sourceId, externalId, idempotencyKey, body })
      if (
        this.#deps.reports
          .get(plain)
          ?.revisions.some(({ contentHash }) => contentHash === plainHash())
      )
        return plain
    }
    return this.#identity.computeId(named)
  }

  /** The content of a body, prepared for comparison with what is known of its report now. */
  compared(reportId: string, { content, plainHash }: PostedBody): Posted {
    const { privateText } = content
    return {
      content,
      plainHash,
      digests: privateText === null ? noDigests : this.#deps.vault.digestsOf(reportId, privateText)
    }
  }
}

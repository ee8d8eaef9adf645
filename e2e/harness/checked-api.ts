// An API client that validates every answer against the suite's OpenAPI document: every test
// thereby tests the document too.

import {
  type ApiAnswer,
  type ApiCall,
  SuiteApi,
  SuiteUnreachableError
} from '@tocsin/host/client/suite-api'
import { DocumentedAnswers, type SomeDocument } from '@tocsin/testing/client/documented-answers'

/**
 * By text: compiling one takes longer than hundreds of calls, and fifty officers of a suite have
 * the same.
 */
const known = new Map<string, DocumentedAnswers>()

export class CheckedApi extends SuiteApi {
  #documented: DocumentedAnswers | null = null

  /** Rejects for an undocumented answer, besides the errors of SuiteApi. */
  override async call(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    call: ApiCall = {}
  ): Promise<ApiAnswer> {
    const answer = await super.call(method, path, call)
    const documented = await this.#document()
    const faults =
      documented?.findFaults({ method, path, status: answer.status, body: answer.body }) ?? []
    if (faults.length > 0)
      throw new Error(
        `not as documented:\n${faults.join('\n')}\n${JSON.stringify(answer.body).slice(0, 2000)}`
      )
    return answer
  }

  /** Null while the suite cannot be reached: tests kill what they talk to. */
  async #document(): Promise<DocumentedAnswers | null> {
    if (this.#documented !== null) return this.#documented
    try {
      const { status, body } = await super.call('GET', '/openapi.json')
      const text = JSON.stringify(body)
      if (status !== 200) throw new Error(`no document of the interface: ${text.slice(0, 2000)}`)
      const documented = known.get(text) ?? new DocumentedAnswers(body as SomeDocument)
      known.set(text, documented)
      this.#documented = documented
    } catch (error) {
      if (!(error instanceof SuiteUnreachableError)) throw error
    }
    return this.#documented
  }
}

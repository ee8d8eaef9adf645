// An import of a file: what is chosen, what its rows would become, and then the sending.

import type { ImportTried } from '../../shown/answers.ts'
import {
  choose,
  chooseFile,
  chosen,
  importKinds,
  mayHaveMapping,
  mayHaveReportTime,
  sending,
  sendReports,
  sent,
  tried,
  triedState,
  tryFile,
  trying
} from '../../state/import-file.ts'
import { useResource } from '../../state/resource.ts'
import { categoryWords, countryWords } from '../../words/code-names.ts'
import { words } from '../../words/words.ts'
import { ChoiceField, Field, SentForm, TextField } from '../parts/form.tsx'
import { Facts, Failure, Record, RecordList } from '../parts/records.tsx'
import { ViewPage } from '../parts/view-page.tsx'

const askEveryMs = 5 * 60_000
const encodings = ['utf-8', 'windows-1252', 'utf-16le'] as const
const form = { typed: chosen, change: choose, state: trying.state }

export function Import() {
  const told = words.importing
  const { file, mapping } = chosen.value
  const { body, failure } = useResource(importKinds, askEveryMs)
  const formats: Readonly<Record<string, string>> = told.formats
  return (
    <ViewPage title={words.views.names.import} lead={told.lead}>
      <Failure failure={failure} />
      <SentForm
        by={trying}
        label={told.try}
        title={told.try}
        isReady={file !== null}
        onSend={() => void tryFile()}
      >
        <Field label={told.file} hint={file === null ? told.fileHint : file.name}>
          {attributes => (
            <input
              {...attributes}
              type="file"
              // A field that names a file does not take the same one again, changed or not.
              onClick={event => {
                event.currentTarget.value = ''
              }}
              onChange={event => void chooseFile(event.currentTarget.files?.[0] ?? null)}
            />
          )}
        </Field>
        <ChoiceField
          form={form}
          name="format"
          told={told}
          options={(body?.formats ?? []).map(
            ({ format }) => [format, formats[format] ?? format] as const
          )}
        />
        {mayHaveMapping() ? (
          <ChoiceField
            form={form}
            name="mapping"
            told={told}
            options={[
              ['', told.ownMapping],
              ...(body?.mappings ?? []).map(each => [each, each] as const)
            ]}
          />
        ) : null}
        {mayHaveMapping() && mapping === '' ? (
          <TextField form={form} name="ownMapping" told={told} rows={8} spellcheck={false} />
        ) : null}
        {mayHaveReportTime() ? (
          <TextField form={form} name="reportedAt" told={told} type="date" class="short" />
        ) : null}
        <ChoiceField
          form={form}
          name="encoding"
          told={told}
          options={encodings.map(each => [each, each] as const)}
        />
      </SentForm>
      <Tried />
    </ViewPage>
  )
}

function Tried() {
  const told = words.importing
  const of = tried.value
  if (of === null) return null
  const some = (name: string, count: number) => (count === 0 ? null : ([name, count] as const))
  const { from, to } = of.occurred ?? { from: '', to: '' }
  return (
    <>
      <section class="record" aria-label={told.found}>
        <h3>{told.found}</h3>
        <Facts
          of={[
            [told.accepted, of.accepted],
            [told.refused, of.refused],
            some(told.duplicates, of.duplicates),
            some(told.staysWithdrawn, of.staysWithdrawn),
            some(told.withdrawals, of.withdrawals),
            some(told.leftOut, of.leftOut),
            of.occurred === null ? null : [told.occurred, `${from} – ${to}`],
            [words.views.names.sources, counted(of.sources, each => each)],
            [told.categories, counted(of.categories, categoryWords)],
            [told.countries, counted(of.countries, countryWords)],
            [told.places, counted(of.places, each => told.placeNames[each as 'stated'] ?? each)]
          ]}
        />
        {Object.keys(of.warnings).map(each => (
          <p key={each}>
            {told.warning(of.warnings[each] ?? 0, told.warnings[each as 'cut'] ?? each)}
          </p>
        ))}
        {of.notes.map(note => (
          <p key={note} lang="en">
            {note}
          </p>
        ))}
        {of.brokenBy === null ? null : <p class="failure">{told.broken(of.brokenBy)}</p>}
      </section>
      <h3>{told.refusedRows}</h3>
      {of.refused > of.refusedRows.length ? <p>{told.first(of.refusedRows.length)}</p> : null}
      <RecordList
        of={{ state: triedState }}
        items={of.refusedRows}
        keyOf={({ row }) => String(row)}
        label={told.refusedRows}
        none={told.noneRefused}
        draw={({ row, faults }) => (
          <Record is="warn" title={told.row(row)}>
            {faults.map(({ column, detail }) => (
              <p key={`${column} ${detail}`}>
                {column === null ? null : <b>{column}</b>} <span lang="en">{detail}</span>
              </p>
            ))}
          </Record>
        )}
      />
      <Send of={of} />
    </>
  )
}

function Send({ of }: { readonly of: ImportTried }) {
  const told = words.importing
  const count = of.reports.length + of.toWithdraw.length
  if (count === 0) return null
  const send = told.send(of.reports.length, of.toWithdraw.length)
  const { lines, refused, refusedCount } = sent.value
  return (
    <SentForm
      by={sending}
      title={send}
      label={lines > 0 && lines < count ? told.goOn(count - lines) : send}
      isReady={lines < count}
      onSend={() => void sendReports()}
    >
      <p class="soft">{told.sendMeans}</p>
      <label>
        {told.progress(lines, count)} <progress max={count} value={lines} />
      </label>
      {refusedCount === 0 ? null : (
        <ul>
          {refused.map((detail, i) => (
            <li key={i} lang="en">
              {detail}
            </li>
          ))}
        </ul>
      )}
    </SentForm>
  )
}

function counted(counts: Readonly<Record<string, number>>, name: (code: string) => string) {
  return (
    Object.entries(counts)
      .sort((a, b) => b[1] - a[1])
      .slice(0, 12)
      .map(([code, count]) => `${name(code)} ${count}`)
      .join(', ') || null
  )
}

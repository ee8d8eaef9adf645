// The YAML of a rule in CodeMirror, in a shadow root: there its styles are adopted sheets, which the
// policy of the page permits. Loaded when a rule is opened.

import { autocompletion, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { syntaxHighlighting } from '@codemirror/language'
import { EditorState, StateEffect, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, keymap, lineNumbers } from '@codemirror/view'
import { classHighlighter } from '@lezer/highlight'
import { useEffect, useRef } from 'preact/hooks'
import type { TypedFault } from '../../records/rule.ts'
import { completeRule, type RuleNames } from '../../records/rule-completion.ts'

export interface YamlEditorProps {
  readonly label: string
  readonly text: string
  readonly faults: readonly TypedFault[]
  readonly names: RuleNames
  /** The text now: `text` is as of the last drawing, and somebody may have typed since. */
  readonly now: () => string
  readonly onChange: (text: string) => void
}

export function YamlEditor(props: YamlEditorProps) {
  const host = useRef<HTMLDivElement>(null)
  const editor = useRef<EditorView | null>(null)
  const latest = useRef(props)
  latest.current = props
  useEffect(() => {
    const root = host.current!.shadowRoot ?? host.current!.attachShadow({ mode: 'open' })
    const view = new EditorView({ root, parent: root, state: makeState(() => latest.current) })
    editor.current = view
    return () => view.destroy()
  }, [])
  const { text, faults } = props
  useEffect(() => {
    const view = editor.current
    const now = latest.current.now()
    if (view === null || view.state.doc.toString() === now) return
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: now } })
  }, [text])
  // A list that is the same is made anew with each draw.
  const marked = faults.map(({ line }) => line).join()
  useEffect(() => {
    editor.current?.dispatch({ effects: markFaults.of(faults) })
  }, [marked])
  return <div ref={host} class="yaml-editor" />
}

function makeState(latest: () => YamlEditorProps): EditorState {
  return EditorState.create({
    doc: latest().now(),
    extensions: [
      lineNumbers(),
      history(),
      yaml(),
      syntaxHighlighting(classHighlighter),
      // Tab leaves the editor, as it leaves any field.
      keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
      autocompletion({
        override: [
          ({ state, pos, explicit }) => {
            const line = state.doc.lineAt(pos)
            const found = completeRule(state.doc.sliceString(0, pos), latest().names)
            if (found === null || (!explicit && line.from + found.from === pos)) return null
            return { from: line.from + found.from, options: [...found.options] }
          }
        ]
      }),
      EditorView.lineWrapping,
      EditorView.domEventHandlers({ beforeinput: replaceLines }),
      EditorView.contentAttributes.of({ 'aria-label': latest().label, spellcheck: 'false' }),
      EditorView.updateListener.of(({ docChanged, state }) => {
        const typed = state.doc.toString()
        if (docChanged && typed !== latest().now()) latest().onChange(typed)
      }),
      faultLines,
      look
    ]
  })
}

/** Puts text in here: the browser would use an inline style, which the page forbids. */
function replaceLines(event: InputEvent, view: EditorView): boolean {
  const { inputType, data } = event
  const { empty } = view.state.selection.main
  if (inputType !== 'insertText' || data === null || (empty && !data.includes('\n'))) return false
  event.preventDefault()
  view.dispatch(view.state.replaceSelection(data), { userEvent: 'input.type' })
  return true
}

const markFaults = StateEffect.define<readonly TypedFault[]>()
const faultLine = Decoration.line({ class: 'fault-line' })

const faultLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (lines, { changes, effects, state }) => {
    const marked = effects.find(effect => effect.is(markFaults))
    if (marked === undefined) return lines.map(changes)
    const numbers = [...new Set(marked.value.map(({ line }: TypedFault) => line))]
    return Decoration.set(
      numbers
        .filter(line => line >= 1 && line <= state.doc.lines)
        .map(line => faultLine.range(state.doc.line(line).from)),
      true
    )
  },
  provide: field => EditorView.decorations.from(field)
})

/** Colours and sizes by the tokens of the page. */
const look = EditorView.theme({
  '&': {
    color: 'var(--ink)',
    backgroundColor: 'var(--surface)',
    fontSize: 'var(--size-m)',
    border: '1px solid var(--edge)',
    borderRadius: 'var(--round)'
  },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', minHeight: '16rem' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-gutters': { color: 'var(--ink-3)', backgroundColor: 'var(--bg)', border: 'none' },
  '.tok-propertyName': { color: 'var(--accent)' },
  '.tok-comment': { color: 'var(--ink-3)' },
  '.fault-line': { backgroundColor: 'var(--gap)' },
  '.cm-tooltip': {
    color: 'var(--ink)',
    backgroundColor: 'var(--raised)',
    border: '1px solid var(--line)'
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    color: 'var(--ink)',
    backgroundColor: 'var(--select)'
  },
  '.cm-completionDetail': { color: 'var(--ink-3)', fontStyle: 'normal' }
})

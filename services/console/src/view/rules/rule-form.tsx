// A rule as fields, beside its YAML.

import type { FormParameter, RuleFields } from '../../records/rule-text.ts'
import { fieldsNow, parametersNow, patterns, ruleForm } from '../../state/rules.ts'
import { patternWords } from '../../words/alert-words.ts'
import { capital } from '../../words/language/language.ts'
import { words } from '../../words/words.ts'
import { CheckField, ChoiceField, NumberField, TextField } from '../parts/controls.tsx'

export function RuleForm() {
  const told = words.rules.form
  const fields = fieldsNow.value
  if (fields === null) return <p role="status">{told.mendText}</p>
  const known = new Set(patterns.value.keys()).add(String(fields.pattern))
  const options = [...known].map(
    code => [code, code === '' ? told.choose : patternWords(code)] as const
  )
  return (
    <div class="fieldset">
      <TextField form={ruleForm} name="title" told={told} />
      <ChoiceField form={ruleForm} name="pattern" told={told} options={options} />
      <div class="pair">
        {parametersNow.value.map(parameter => (
          <ParameterField key={parameter.name} {...parameter} />
        ))}
      </div>
      <TextField form={ruleForm} name="where" told={told} spellcheck={false} class="code" />
      <TextField form={ruleForm} name="severities" told={told} />
      <TextField form={ruleForm} name="theatres" told={told} />
      <ChoiceField form={ruleForm} name="notify" told={told} options={told.notifies} />
    </div>
  )
}

function ParameterField({ name, kind, value, title, unit, meaning }: FormParameter) {
  const path = `parameters/${name}`
  const told = {
    // A title that has the unit needs it no more.
    [path]: title.toLowerCase().includes(unit) ? title : `${title} (${unit})`,
    [`${path}Hint`]: `${capital(meaning)}. ${name}`
  } as Record<string, string>
  const bound = { form: ruleForm, name: path, told } as {
    readonly form: typeof ruleForm
    readonly name: string & keyof RuleFields
    readonly told: Record<string, string>
  }
  if (kind === 'check') return <CheckField {...bound} />
  const placeholder = Array.isArray(value) ? value.join(', ') : String(value)
  return kind === 'number' ? (
    <NumberField {...bound} placeholder={placeholder} />
  ) : (
    <TextField {...bound} placeholder={placeholder} />
  )
}

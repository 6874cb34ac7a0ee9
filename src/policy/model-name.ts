/**
 * A model and its variant as they may stand in a commit's message, where GitHub reads mentions, references and commands:
 * `provider/model`, `provider/model (variant)`. Undefined where a name holds anything that could be one.
 */
export function plainModelName(
  model: string | undefined,
  variant?: string | undefined,
): string | undefined {
  if (!isPlainModel(model)) return undefined
  return isPlainVariant(variant) ? `${model} (${variant})` : model
}

/** Whether it is a plain `provider/model`. */
export function isPlainModel(name: string | undefined): name is string {
  return isHarmless(name) && /^[\w.-]{1,64}(?:\/[\w.:+-]{1,100}){1,5}$/.test(name)
}

/** Whether it is a plain name of a variant. */
export function isPlainVariant(name: string | undefined): name is string {
  return isHarmless(name) && /^[\w.-]{1,64}$/.test(name)
}

/** Not `GH-1`, which refers to an issue, nor an address. */
function isHarmless(name: string | undefined): name is string {
  return name !== undefined && !/gh-\d|^www\./i.test(name)
}

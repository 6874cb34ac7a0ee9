/** A model as opencode names it. */
export type Model = { readonly providerID: string; readonly modelID: string }

/** `provider/model`. */
export const modelText = ({ providerID, modelID }: Model): string => `${providerID}/${modelID}`

/** The pair of a `provider/model`; undefined if it is none. The model's part may hold slashes. */
export function parseModel(text: string | undefined): Model | undefined {
  const slash = text?.indexOf('/') ?? -1
  if (text === undefined || slash < 1) return undefined
  return { providerID: text.slice(0, slash), modelID: text.slice(slash + 1) }
}

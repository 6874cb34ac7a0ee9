/** What an operation answers; the body is JSON unless it is a string. */
export type Answer = {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** One entry of `errors`, as the page "Troubleshooting the REST API" of GitHub's documentation has it. */
export type FieldError = {
  readonly resource: string
  readonly code: string
  readonly field?: string
  readonly message?: string
}

/** An operation that is not done; in GraphQL `type` names the kind of error. */
export class Refusal extends Error {
  readonly status: number
  readonly type: string
  readonly errors: readonly FieldError[] | undefined
  readonly documentation: string | undefined

  constructor(
    status: number,
    message: string,
    more: {
      type?: string
      errors?: readonly FieldError[]
      documentation?: string
    } = {},
  ) {
    super(message)
    this.status = status
    this.type = more.type ?? (status === 403 ? 'FORBIDDEN' : 'UNPROCESSABLE')
    this.errors = more.errors
    this.documentation = more.documentation
  }
}

/** 404, which GitHub also answers where it hides that something is there. */
export function notFound(): Refusal {
  return new Refusal(404, 'Not Found', { type: 'NOT_FOUND' })
}

/** 422 with entries in `errors`. */
export function invalid(...errors: readonly FieldError[]): Refusal {
  return new Refusal(422, 'Validation Failed', { errors })
}

/** A refusal as GitHub answers it; every body carries its status once more, as a string. */
export function refused(refusal: Refusal, documentation: string): Answer {
  const { status, message, errors } = refusal
  const body = {
    message,
    ...(errors && { errors }),
    documentation_url: refusal.documentation ?? documentation,
    status: String(status),
  }
  return { status, body }
}

/** The operator's gateway for text messages, over HTTP; sign-in codes and messages go the same way. */

const GATEWAY_TIMEOUT_MS = 5_000;

/**
 * Posts JSON with a bearer token; returns the status of the answer. The same `key` says that it is the same message
 * again, so that the gateway can drop it. Throws where there is no answer within 5 s.
 */
export async function postToGateway(
  url: string,
  token: string | null,
  body: Record<string, string>,
  key?: string,
): Promise<number> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(key ? { 'idempotency-key': key } : {}),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(GATEWAY_TIMEOUT_MS),
  });
  await answer.body?.cancel();
  return answer.status;
}

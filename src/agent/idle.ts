/**
 * A watchdog over the body of an answer. Every chunk counts as a sign of life, the API's pings too, which nothing
 * above the body gets to see; an answer that stays silent for longer is broken off.
 */

export interface IdleWatch {
  /** The response with its body under watch. */
  watch(response: Response): Response;
  /** True once the body was broken off because it was silent. */
  expired(): boolean;
  close(): void;
}

export function createIdleWatch(idleMs: number): IdleWatch {
  let timer: NodeJS.Timeout | undefined;
  let expired = false;
  const arm = (controller: TransformStreamDefaultController) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      expired = true;
      controller.error(new Error(`nothing came for ${idleMs} ms`));
    }, idleMs);
  };
  return {
    watch(response) {
      if (response.body === null) return response;
      const watched = response.body.pipeThrough(
        new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
          start: arm,
          transform(chunk, controller) {
            arm(controller);
            controller.enqueue(chunk);
          },
          flush: () => clearTimeout(timer),
        }),
      );
      return new Response(watched, response);
    },
    expired: () => expired,
    close: () => clearTimeout(timer),
  };
}

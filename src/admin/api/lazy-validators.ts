/**
 * What a request must look like is compiled when the first one of its kind comes. There are more than a hundred kinds, and
 * compiling them all is half the work of starting: seconds, on a device at 816 MHz.
 */
import ajvCompiler, { type BuildCompilerFromPool } from '@fastify/ajv-compiler';
import type { FastifySchemaCompiler } from 'fastify';

/** For Fastify's `schemaController.compilersFactory.buildValidator`. */
export function lazyValidators(): BuildCompilerFromPool {
  const build = ajvCompiler();
  const buildLazy = (...given: Parameters<typeof build>): FastifySchemaCompiler<unknown> => {
    const compile = build(...given);
    return (definition) => {
      let compiled: ReturnType<typeof compile> | undefined;
      /** Fastify reads `errors` when it says false. */
      const validator = Object.assign(
        (data: unknown): boolean => {
          compiled ??= compile(definition);
          const agreed = compiled(data) === true;
          validator.errors = compiled.errors ?? null;
          return agreed;
        },
        { errors: null as NonNullable<typeof compiled>['errors'] | null },
      );
      return validator as ReturnType<FastifySchemaCompiler<unknown>>;
    };
  };
  return buildLazy as unknown as BuildCompilerFromPool;
}

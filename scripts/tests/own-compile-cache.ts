/**
 * Before a test file: Node has read NODE_COMPILE_CACHE (each file loads hundreds of modules that others have compiled),
 * and what the test starts must not find it in its environment.
 */
delete process.env['NODE_COMPILE_CACHE'];

#ifndef MODEL_PEM_H
#define MODEL_PEM_H
/* Public keys as text: what a token's signature is verified with. */
#include "base/slice.h"

/* NULL where @pem is one RSA key of 2048 to 16384 bits or one Ed25519 key, as SubjectPublicKeyInfo
 * (RFC 5280, section 4.1) or, of RSA, as PKCS #1 has it. Else why it is not, in words. */
const char *pem_public_key_fault(struct slice pem);
#endif

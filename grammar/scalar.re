/* Tells numbers, booleans and null from text. */
#include "grammar/scalar.h"

enum scalar_kind scalar_kind(const char *at, size_t len)
{
	size_t i = 0, marker = 0;
	enum scalar_kind kind;
	/*!re2c
	re2c:api = custom;
	re2c:api:style = free-form;
	re2c:yyfill:enable = 0;
	re2c:define:YYCTYPE = "unsigned char";
	re2c:define:YYPEEK = "(i < len ? (unsigned char)at[i] : 0)";
	re2c:define:YYSKIP = "i++;";
	re2c:define:YYBACKUP = "marker = i;";
	re2c:define:YYRESTORE = "i = marker;";

	digits = [0-9]+;
	end = "\x00";	/* what YYPEEK gives past the last byte */

	("~" | "null" | "Null" | "NULL")? end		{ kind = SCALAR_NULL; goto done; }
	("true" | "True" | "TRUE") end			{ kind = SCALAR_TRUE; goto done; }
	("false" | "False" | "FALSE") end		{ kind = SCALAR_FALSE; goto done; }
	[-+]? digits end				{ kind = SCALAR_DECIMAL; goto done; }
	"0o" [0-7]+ end					{ kind = SCALAR_OCTAL; goto done; }
	"0x" [0-9a-fA-F]+ end				{ kind = SCALAR_HEX; goto done; }
	[-+]? ("." digits | digits ("." [0-9]*)?) ([eE] [-+]? digits)? end
							{ kind = SCALAR_FLOAT; goto done; }
	[-+]? (".inf" | ".Inf" | ".INF") end		{ kind = SCALAR_INFINITE; goto done; }
	(".nan" | ".NaN" | ".NAN") end			{ kind = SCALAR_NAN; goto done; }
	*						{ return SCALAR_STRING; }
	*/
done:
	return i == len + 1 ? kind : SCALAR_STRING;	/* else `end` was a NUL in the text itself */
}

// Numbers as text that reads back to the same bits.
#ifndef OCTET_BASE_NUMBER_TEXT_H_
#define OCTET_BASE_NUMBER_TEXT_H_

#include <string>

namespace octet {

// The shortest decimal form, with a point or an exponent so that it never looks like an integer:
// "1.0", "0.1", "1e-12", "-0.0", "inf", "nan" (the payload and the sign of a NaN are lost).
std::string FloatText(float value);
std::string FloatText(double value);

// A string in double quotes; `"`, `\` and control characters are escaped as \" \\ \n \t \xHH.
std::string QuotedText(const std::string& text);

}  // namespace octet

#endif  // OCTET_BASE_NUMBER_TEXT_H_

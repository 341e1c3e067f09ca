// Elementary functions in double precision. They use only IEEE additions, multiplications and
// divisions, in a fixed order, so every CPU, compiler and C library gives the same bits. Errors are
// below 3 ulp of a double (for sine and cosine beyond 2^20, next to their zeros: below 2^-52). A
// result rounded to float is off by little more than half an ulp of a float.
//
// NaN gives NaN; other special values follow Annex F of the C standard. Pure functions.
#ifndef OCTET_IR_ELEMENTARY_FUNCTIONS_H_
#define OCTET_IR_ELEMENTARY_FUNCTIONS_H_

namespace octet::ir {

// Radians, of any size: the argument is reduced with as many digits of 2 / pi as it needs.
double Sin(double x);
double Cos(double x);
double Atan(double x);
double Exp(double x);
// The natural logarithm.
double Log(double x);
// x^y, computed as e^(y log |x|); negative where x is negative and y is odd. The error is about |y
// log x| ulp. NaN where x is negative and y is not whole.
double Pow(double x, double y);

}  // namespace octet::ir

#endif  // OCTET_IR_ELEMENTARY_FUNCTIONS_H_

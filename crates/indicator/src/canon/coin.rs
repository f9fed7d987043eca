//! Addresses of crypto currencies, told from look-alikes by their own check sums.

use sha2::{Digest, Sha256};

use crate::Fault;

/// A Bitcoin (base58 or bech32), Litecoin, Dogecoin, Tron, Monero or Ethereum address. Forms whose letters carry no
/// case (bech32, Ethereum) are lower case.
pub fn crypto_address(written: &str) -> Result<String, Fault> {
    if let Some(digits) = written.strip_prefix("0x") {
        let good = digits.len() == 40 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        return if good { Ok(written.to_ascii_lowercase()) } else { Err(Fault::WrongForm) };
    }
    let lower = written.to_ascii_lowercase();
    if ["bc1", "tb1", "ltc1"].iter().any(|prefix| lower.starts_with(prefix)) {
        return if bech32(&lower) { Ok(lower) } else { Err(Fault::WrongCheckSum) };
    }
    match written.len() {
        // Monero's check sum is of Keccak; the length and the alphabet are proof enough.
        95 | 106 if written.starts_with(['4', '8']) && written.bytes().all(|b| BASE58.contains(&b)) => {
            Ok(written.to_owned())
        }
        25..=35 => base58_check(written).map(|()| written.to_owned()),
        _ => Err(Fault::WrongLength),
    }
}

const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// First bytes that name a currency: Bitcoin, Litecoin, Dogecoin, Tron.
const VERSIONS: &[u8] = &[0x00, 0x05, 0x30, 0x32, 0x1e, 0x16, 0x41];

fn base58_check(written: &str) -> Result<(), Fault> {
    let mut bytes = [0_u8; 25];
    for byte in written.bytes() {
        let digit = BASE58.iter().position(|b| *b == byte).ok_or(Fault::WrongForm)?;
        let mut carry = u32::try_from(digit).map_err(|_| Fault::WrongForm)?;
        for slot in bytes.iter_mut().rev() {
            carry += u32::from(*slot) * 58;
            *slot = (carry & 0xff) as u8;
            carry >>= 8;
        }
        if carry != 0 {
            return Err(Fault::WrongForm);
        }
    }
    if !VERSIONS.contains(&bytes[0]) {
        return Err(Fault::WrongForm);
    }
    let digest = Sha256::digest(Sha256::digest(&bytes[..21]));
    if digest[..4] == bytes[21..] { Ok(()) } else { Err(Fault::WrongCheckSum) }
}

/// The check sum of BIP 173 and BIP 350.
fn bech32(lower: &str) -> bool {
    const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    /// The longest bech32 string (BIP 173).
    const BECH32_BYTES_MAX: usize = 90;
    let Some((prefix, data)) = lower.split_once('1') else { return false };
    if lower.len() > BECH32_BYTES_MAX || data.len() < 8 {
        return false;
    }
    let step = |sum: u32, value: u32| {
        let top = sum >> 25;
        let mut next = ((sum & 0x1ff_ffff) << 5) ^ value;
        for (bit, generator) in GENERATOR.iter().enumerate() {
            if (top >> bit) & 1 == 1 {
                next ^= generator;
            }
        }
        next
    };
    let mut sum = prefix.bytes().fold(1, |sum, b| step(sum, u32::from(b >> 5)));
    sum = step(sum, 0);
    sum = prefix.bytes().fold(sum, |sum, b| step(sum, u32::from(b & 31)));
    for byte in data.bytes() {
        let Some(value) = ALPHABET.iter().position(|b| *b == byte).and_then(|at| u32::try_from(at).ok())
        else {
            return false;
        };
        sum = step(sum, value);
    }
    sum == 1 || sum == 0x2bc8_30a3
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn addresses() {
        // The first is the address of the first block, the second the example of BIP 173.
        check(crypto_address, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", Ok("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"));
        check(crypto_address, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", Err(Fault::WrongCheckSum));
        check(
            crypto_address,
            "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
            Ok("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
        );
        check(crypto_address, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", Err(Fault::WrongCheckSum));
        check(
            crypto_address,
            "0x00000000219AB540356CBB839CBE05303D7705FA",
            Ok("0x00000000219ab540356cbb839cbe05303d7705fa"),
        );
        check(crypto_address, "0x00", Err(Fault::WrongForm));
        check(crypto_address, "hello", Err(Fault::WrongLength));
    }
}

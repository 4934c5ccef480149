"""Texts in Indonesian."""

TABLES: dict[str, tuple[str, ...]] = {
    "halo": ("", "", "", "Tolong ", "Halo, ", "Selamat pagi, ", "Mau tanya: ", "Kak, ", "Saya butuh bantuan. "),
    "hobi": ("beternak lebah", "membuat roti", "menanam tomat di balkon", "belajar gitar", "catur", "membuat gerabah", "lari setengah maraton", "foto malam", "merajut", "mendaki gunung", "membatik", "cat air", "memperbaiki sepeda tua", "memancing", "menyelam", "membuat tempe"),
    "hal": ("rumah kami sempit", "saya kerja malam", "lutut saya sakit", "anggaran {2-90} ratus ribu", "anak-anak masih kecil", "bulan Mei pindah", "pemilik rumah galak", "saya belum pernah mencoba", "hanya ada {2-8} jam seminggu", "di sini sering hujan", "kakak mau membantu", "tidak ada toko di dekat sini"),
    "tanya": ("mulai dari mana", "berapa biayanya setahun", "apa kesalahan pemula", "bagaimana supaya tidak berhenti", "apa yang benar-benar perlu dibeli", "apakah sepadan", "bagaimana membagi {3-12} minggu pertama", "adakah cara yang lebih murah"),
    "kepada": ("pemilik rumah", "pemasok", "wali kelas", "pelanggan yang marah", "kelurahan", "atasan saya", "tetangga lantai {2-9}", "pelamar", "perusahaan asuransi", "hotel di Malang", "dosen lama saya"),
    "perihal": ("pemanas rusak", "tagihan {9-480} ribu", "rapat tanggal {2-28} Mei", "barang salah kirim", "pengunduran diri", "acara lebaran", "perpanjangan sampai {2-28} Juni", "ribut setelah jam {9-11} malam", "kesalahan kontrak", "kunci hilang", "harga baru"),
    "nada": ("ramah", "tegas tapi sopan", "resmi", "singkat", "hangat", "minta maaf", "ceria", "netral"),
    "tema": ("pasang surut", "inflasi", "vaksin", "lubang hitam", "bunga majemuk", "fotosintesis", "sistem imun", "Jalur Sutra", "gletser", "enkripsi", "reksa dana", "tabel periodik", "efek Doppler", "tarif impor", "terumbu karang", "angin muson"),
    "pembaca": ("anak sepuluh tahun", "nenek saya", "rekan baru", "mahasiswa tahun pertama", "bos yang sibuk", "satu kelas SMA"),
    "cara": ("dengan contoh sehari-hari", "tanpa istilah sulit", "dalam {3-9} kalimat", "dengan angka", "dan sebut salah paham yang umum", "langkah demi langkah", "sebagai dialog"),
    "barang": ("apel", "buku tulis", "baut", "kartu pos", "lilin", "ubin", "tiket", "bibit"),
    "nama": ("Ayu", "Budi", "Citra", "Dewi", "Eko", "Fitri", "Gilang", "Hasan", "Indah", "Joko", "Kartika", "Made"),
    "rusak": ("pengisi daya panas", "saya ditagih dua kali", "pesanan {1000-99999} tidak sampai", "kupon tidak bisa dipakai", "layar hitam", "langganan diperpanjang padahal sudah batal", "aplikasi muncul galat {100-999}", "paket datang rusak", "kata sandi tidak bisa diganti"),
    "minta": ("Saya harus bagaimana?", "Saya minta uang kembali.", "Berapa lama?", "Mohon konfirmasi tertulis.", "Kirim ke mana?", "Perlu sebelum Jumat.", "Ini pesan saya yang ke-{2-5}."),
    "lanjut": ("lebih pendek", "beri contoh", "kalau {hal}", "kenapa", "lebih {nada}", "bagian kedua tidak jelas", "buat tabel", "cek lagi", "{2-6} lagi", "bagaimana dengan {tema}", "teruskan", "jelaskan langkah {2-5}"),
    "tugas": ("menghapus duplikat", "membaca CSV {3-40} kolom", "menggabungkan rentang", "menghitung kata", "mencari jalur terpendek", "mengurutkan tugas", "mengenali tiga format tanggal", "memeriksa masukan"),
}  # fmt: skip

FAMILIES: dict[str, tuple[str, ...]] = {
    "chat": (
        "{halo}saya mau mulai {~hobi}, tapi {hal}. {tanya_cap}? Latar: {hal}, {hal}.",
        "{hal_cap} dan saya sedang memikirkan {~hobi}. {tanya_cap}, dan {tanya}?",
        "Jujur saja, {~hobi}: {tanya}? Ingat, {hal} dan {hal}.",
    ),
    "writing": (
        "{halo}tulis pesan {nada} untuk {kepada} tentang {~perihal}, {cara}. Sebutkan bahwa {hal}.",
        "Buat konsep {nada} kepada {kepada}: {~perihal}. {hal_cap}, lagi pula {hal}.",
    ),
    "knowledge": (
        "Jelaskan {~tema} untuk {pembaca}, {cara}. Apa hubungannya dengan {tema}? Latar: {hal}, {hal}.",
        "{halo}saya harus bicara {5-45} menit tentang {~tema} di depan {pembaca}. Apa isinya, {cara}? Latar: {hal}, {hal}.",
    ),
    "maths": (
        "{nama} membagi {12-990} {barang} ke {3-40} kotak dan sisa {1-30}. {nama} mengambil {2-60}. Berapa {barang=} di tiap kotak?",
        "{nama} dibayar {9-60} ribu per jam, bekerja {3-50} jam, dan memakai {2-9}0 persen untuk {barang} seharga {2-19} ribu. Berapa {barang=} setelah {2-12} minggu?",
    ),
    "support": (
        "Selamat siang, sudah {2-28} hari {rusak}. {minta} {minta} Nomor pelanggan {10000-99999}.",
        "{rusak_cap}, dan {rusak}. {minta} Latar: {hal}, {hal}.",
    ),
    "coding": (
        "Tulis fungsi {~code_language} untuk {tugas} dan {tugas}. Dengan {2-19} tes. {hal_cap}.",
        "{halo}butuh kode {~code_language} untuk {tugas}, sampai {20-900} ribu baris. {hal_cap}.",
    ),
    "follow_up": ("{lanjut}", "{lanjut}, karena {hal}", "{lanjut_cap}. {lanjut_cap}?"),
}  # fmt: skip

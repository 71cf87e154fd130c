#pragma once
// A read-only text of models or data: what would hide or reorder is a visible mark, and copying takes the stored bytes.

#include <QPlainTextEdit>

#include <string>

namespace aha {

class ExactText : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit ExactText(QWidget* parent = nullptr);

    /// Replaces the text. Need not be UTF-8. The only way in: copying counts characters from here.
    void setBytes(std::string utf8);
    const std::string& bytes() const { return m_bytes; }
    /// The stored bytes of the selection. Linear in the text before its end.
    std::string selectedBytes() const;

protected:
    QMimeData* createMimeDataFromSelection() const override;

private:
    std::string m_bytes;
};

} // namespace aha
